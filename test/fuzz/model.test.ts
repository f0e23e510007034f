import { describe, expect, it } from '@jest/globals';

import { readRequests, readResponses } from '../../scripts/fuzz/model';

const reading = (text: string): ReturnType<typeof readRequests> => readRequests(Buffer.from(text, 'latin1'));
const answers = (text: string, ...methods: string[]): ReturnType<typeof readResponses> =>
  readResponses(Buffer.from(text, 'latin1'), methods, true);

describe('the strict reader that gives the second opinion', () => {
  it('reads requests with a length, with chunks and without content', () => {
    const { requests, ending } = reading(
      'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi' +
        'POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nho\r\n0\r\nX: y\r\n\r\n' +
        'GET /c HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    expect(requests.map(({ target, body }) => `${target} ${body.toString()}`)).toEqual(['/a hi', '/b ho', '/c ']);
    expect(ending).toEqual({ at: 'boundary' });
  });

  it('says when a message is not whole yet', () => {
    expect(reading('GET / HTTP/1.1\r\nHost: x\r\n').ending.at).toBe('inside');
    expect(reading('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhi').ending.at).toBe('inside');
  });

  it.each([
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
    'POST / HTTP/1.1\r\nHost: x\r\nContent_Length: 1\r\n\r\na',
    'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nContent-Length: 1\r\n\r\na',
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('takes %j for no message', (text) => {
    expect(reading(text).ending.at).toBe('fault');
  });

  it('knows that responses to HEAD have no content and that interim responses are not final', () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\n';
    expect(answers(text, 'HEAD', 'GET').responses.map(({ status }) => status)).toEqual([200, 204]);
  });

  it('counts a response that nobody asked for as a fault', () => {
    const one = 'HTTP/1.1 204 No\r\n\r\n';
    expect(answers(one + one, 'GET').ending.at).toBe('fault');
  });
});
