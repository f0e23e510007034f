import { describe, expect, test } from '@jest/globals';
import { isRelayableTrailer } from '../../src/http1/trailer';
import { expectRefusedRequest, expectRelayedRequest, expectRequests, octets } from '../support/expect-reading';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const IS_CHUNKED = 'head POST / 1.1 [Host: a][Transfer-Encoding: chunked], chunked, persistent';
const RELAY = { trailers: 'relay' } as const;

describe('Request trailers are discarded by default.', () => {
  test.each([
    '',
    'X: y\r\n',
    'X: y\r\nHost: b\r\n',
    'Content-Length: 5\r\n',
    'X: GET / HTTP/1.1\r\n',
    'X: \x01\xff\r\n',
  ])('The trailers %j do not reach the target.', (trailers) => {
    const request = (lines: string): string => `${HEAD}1\r\na\r\n0;x\r\n${lines}\r\n`;
    expectRelayedRequest(request(trailers).repeat(2), request('').repeat(2));
  });

  test('Each trailer line is a step of its own, so that it can be counted.', () => {
    expectRequests(`${HEAD}0\r\nX: y\r\nhost:b\r\n\r\n`, [
      IS_CHUNKED,
      'framing "0\\r\\n"',
      'trailer "X: y\\r\\n"',
      'trailer "host:b\\r\\n"',
      'framing "\\r\\n"',
      'end',
    ]);
  });

  test('A trailer line that is discarded must still be well-formed.', () => {
    expectRefusedRequest(`${HEAD}0\r\nX: y\r\nX `, {
      fault: 'bad-field-line',
      before: [IS_CHUNKED, 'framing "0\\r\\n"', 'trailer "X: y\\r\\n"'],
      at: HEAD.length + 9,
    });
  });
});

describe('Request trailers are relayed on demand.', () => {
  test.each([
    '',
    'X: y\r\n',
    'X-Checksum: 0\r\nx-more:\t y \r\n',
    'ETag: "x"\r\nServer-Timing: a\r\n',
    'X: \x01\xff\r\n',
  ])('The trailers %j reach the target unchanged.', (trailers) => {
    const request = `${HEAD}1\r\na\r\n0\r\n${trailers}\r\n`;
    expectRelayedRequest(request.repeat(2), request.repeat(2), RELAY);
  });

  test.each([
    ['Content-Length: 5', 'framing'],
    ['transfer-ENCODING: chunked', 'framing'],
    ['Content_Length: 5', 'framing under the name that CGI gives it'],
    ['Host: b', 'routing'],
    ['Connection: close', 'the connection'],
    ['Upgrade: x', 'the connection'],
    ['X-Forwarded-For: 127.0.0.1', 'the client address'],
    ['x_forwarded_for: 127.0.0.1', 'the client address'],
    ['X-Forwarded-Something:', 'a proxy'],
    ['X-HTTP-Method-Override: DELETE', 'the method'],
    ['Authorization: Basic eA==', 'authorisation'],
    ['COOKIE: a=b', 'authorisation'],
    ['Expect: 100-continue', 'the request'],
    ['Content-Type: text/html', 'the content'],
    ['X: GET /admin HTTP/1.1', 'a request line'],
    ['X: /admin HTTP/1.0 \t', 'a request line'],
    ['X: /admin http/2', 'a request line'],
    ['X: /admin HTTP/1.10', 'a request line'],
    ['X: /admin HTTP/1.1 x', 'a request line'],
  ])('%j is refused, because it may be read as one that concerns %s.', (line) => {
    expectRefusedRequest(
      `${HEAD}0\r\nX: y\r\n${line}\r\n`,
      { fault: 'bad-trailer', before: [IS_CHUNKED, 'framing "0\\r\\nX: y\\r\\n"'], at: HEAD.length + 9 },
      RELAY,
    );
  });

  test.each([
    'X: y',
    'X-Forwarde: y',
    'Hosts: y',
    'X-Host: y',
    'X: HTTP',
    'X: HTTP/x',
    'X: https://a/1',
    'http/1: x',
    'X:',
  ])('%j may be relayed.', (line) => {
    const bytes = octets(`>${line}\r\n`);
    expect(isRelayableTrailer(bytes, 1, bytes.length)).toBe(true);
  });
});
