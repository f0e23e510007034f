import { describe, expect, test } from '@jest/globals';

import { readRequests, readResponses } from './reference-reader';

const reading = (text: string): ReturnType<typeof readRequests> => readRequests(Buffer.from(text, 'latin1'));
const answers = (text: string, ...methods: string[]): ReturnType<typeof readResponses> =>
  readResponses(Buffer.from(text, 'latin1'), methods, true);

describe('the strict reader that gives the second opinion', () => {
  test('reads requests with a length, with chunks and without content', () => {
    const { requests, ending } = reading(
      'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi' +
        'POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nho\r\n0\r\nX: y\r\n\r\n' +
        'GET /c HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    expect(requests.map(({ target, body }) => `${target} ${body.toString()}`)).toEqual(['/a hi', '/b ho', '/c ']);
    expect(ending).toEqual({ at: 'boundary' });
  });

  test('says when a message is not whole yet', () => {
    expect(reading('GET / HTTP/1.1\r\nHost: x\r\n').ending.at).toBe('inside');
    expect(reading('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhi').ending.at).toBe('inside');
  });

  test.each([
    'GET / HTTP/1.1\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost : x\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n80000000\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1 \r\n\r\na',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length:  1\r\n\r\na',
    'POST / HTTP/1.1\r\nHost: x\r\nContent_Length: 1\r\n\r\na',
    'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nContent-Length: 1\r\n\r\na',
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('takes %j for no message', (text) => {
    expect(reading(text).ending.at).toBe('fault');
  });

  test.each(['', ';a', ' ; a = b', ';a="b;c"', ';a="\\""', ';a=b;c'])('takes the chunk extension %j', (extension) => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(reading(`${head}1${extension}\r\na\r\n0\r\n\r\n`).ending.at).toBe('boundary');
  });

  test.each([';', ';a=', ';=b', ';a="b', ';a="b"c', ';bad[=x', ';a b', ' ', ';a=b ', ';a=\xe9', ';a="\x01"'])(
    'refuses the chunk extension %j',
    (extension) => {
      const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect(reading(`${head}1${extension}\r\na\r\n0\r\n\r\n`).ending.at).toBe('fault');
    },
  );

  test('takes control bytes in values, and * with OPTIONS', () => {
    const text = 'OPTIONS * HTTP/1.1\r\nHost: x\r\nX: a\x01\x7f\x0bb\r\n\r\n';
    expect(reading(text).requests[0]?.fields.all('x')).toEqual(['a\x01\x7f\x0bb']);
  });

  test('tells of trailers, and of a head whose content is not complete', () => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(reading(`${head}0\r\nX: y\r\nZ: w\r\n\r\n`).requests[0]?.trailers).toEqual(['X: y', 'Z: w']);
    expect(reading(`${head}5\r\nhe`).unfinished).toMatchObject({ method: 'POST', contentStart: head.length });
    expect(reading(head.slice(0, -1)).unfinished).toBeUndefined();
  });

  test('knows that responses to HEAD have no content and that interim responses are not final', () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\n';
    expect(answers(text, 'HEAD', 'GET').responses.map(({ status }) => status)).toEqual([200, 204]);
  });

  test('counts a response that nobody asked for as a fault', () => {
    const one = 'HTTP/1.1 204 No\r\n\r\n';
    expect(answers(one + one, 'GET').ending.at).toBe('fault');
  });
});
