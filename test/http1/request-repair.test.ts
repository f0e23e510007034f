import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { RequestReader } from '../../src/http1/request-reader';
import { expectRelayedRequest, expectRequests, octets } from '../support/expect-reading';

const LINE = 'GET / HTTP/1.1\r\n';
const HOST = `${LINE}Host: a\r\n`;

describe('A folded field line reaches the target with a space in place of the fold (RFC 9112 §5.2).', () => {
  test.each([
    ['X: a\r\n b\r\n', 'X: a b\r\n'],
    ['X: a\r\n\tb\r\n', 'X: a b\r\n'],
    ['X: a \t\r\n \t b \t\r\n', 'X: a \t b\r\n'],
    ['X:\r\n a\r\n', 'X: a\r\n'],
    ['X: a\r\n \r\n', 'X: a \r\n'],
    ['X: a\r\n b\r\n\tc\r\nY: d\r\nZ: e\r\n f\r\n', 'X: a b c\r\nY: d\r\nZ: e f\r\n'],
    ['X: a\r\n b: c\r\n', 'X: a b: c\r\n'],
    ['X: a\r\n Host: b\r\n', 'X: a Host: b\r\n'],
    ['X: a\r\n Content-Length: 5\r\n', 'X: a Content-Length: 5\r\n'],
    ['X: \x01\xff\r\n \x7f\x80\r\n', 'X: \x01\xff \x7f\x80\r\n'],
    ['Hosts: a\r\n b\r\n', 'Hosts: a b\r\n'],
    ['X: a\n\tb\n\tc\r\n', 'X: a b c\r\n'],
    ['X: a\n \r\n', 'X: a \r\n'],
    ['X:\n a\r\n\tb\r\n', 'X: a b\r\n'],
  ])('%j arrives as %j.', (lines, relayed) => {
    expectRelayedRequest(`${HOST}${lines}\r\n`, `${HOST}${relayed}\r\n`);
    expectRelayedRequest(`${LINE}X-0:1\r\n${lines}Host: a\r\n\r\n`, `${LINE}X-0:1\r\n${relayed}Host: a\r\n\r\n`);
  });

  test('A folded Connection field counts as unfolded.', () => {
    expectRequests(`${HOST}Connection: keep-alive,\r\n close\r\n\r\n`, [
      'head GET / 1.1 [Host: a][Connection: keep-alive, close], 0 bytes, last',
    ]);
    expectRequests('GET / HTTP/1.0\r\nConnection:\r\n keep-alive\r\n\r\n', [
      'head GET / 1.0 [Connection: keep-alive], 0 bytes, persistent',
    ]);
  });

  test('A folded Upgrade field asks to switch.', () => {
    expectRequests(`${HOST}Upgrade:\r\n x\r\n\r\n`, [
      'head GET / 1.1 [Host: a][Upgrade: x], 0 bytes, persistent, asks to switch',
    ]);
  });

  test('A request after a folded one is read from its own first byte.', () => {
    const next = `${HOST}Y: z\r\n\r\n`;
    expectRelayedRequest(`${HOST}X: a\r\n b\r\n\r\n${next}`, `${HOST}X: a b\r\n\r\n${next}`);
  });

  test('Content after a folded head is relayed as it came.', () => {
    const content = 'a\r\n b\n';
    expectRelayedRequest(
      `${HOST}X: a\r\n b\r\nContent-Length: ${content.length}\r\n\r\n${content}`,
      `${HOST}X: a b\r\nContent-Length: ${content.length}\r\n\r\n${content}`,
    );
  });
});

describe('A head in which every line ends in LF alone reaches the target with CRLF (RFC 9112 §2.2).', () => {
  test.each([
    ['GET / HTTP/1.1\nHost: a\n\n', `${HOST}\r\n`],
    ['GET / HTTP/1.0\nConnection: keep-alive\n\n', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
    [
      'GET /a HTTP/1.1\nHost: a\nX:\ty \nCookie: \x01\xff\n\n',
      'GET /a HTTP/1.1\r\nHost: a\r\nX:\ty \r\nCookie: \x01\xff\r\n\r\n',
    ],
    ['GET / HTTP/1.1\nHost: a\nX: a\n b\n\tc\n\n', `${HOST}X: a b c\r\n\r\n`],
    ['\n\nGET / HTTP/1.1\nHost: a\n\n', `${HOST}\r\n`],
    [
      'POST / HTTP/1.1\nHost: a\nContent-Length: 3\n\n\n\r\0',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\n\r\0',
    ],
    [
      'POST / HTTP/1.1\nHost: a\nContent-Length:3 \n\nabc',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
    ],
    ['POST / HTTP/1.1\nHost: a\nContent-Length:3\n\nabc', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length:3\r\n\r\nabc'],
    ['CONNECT a:1 HTTP/1.1\nHost: a:1\n\n', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
  ])('%j arrives as %j.', (request, relayed) => {
    expectRelayedRequest(request, relayed);
    expectRelayedRequest(request.repeat(2), relayed.repeat(2));
  });

  test('Heads of one connection may differ in their line ends.', () => {
    expectRelayedRequest(`${HOST}\r\nGET / HTTP/1.1\nHost: a\n\n${HOST}\r\n`, `${HOST}\r\n`.repeat(3));
  });

  test('Chunks after such a head end their lines in CRLF as any others.', () => {
    expectRelayedRequest(
      'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n1\r\na\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    );
  });
});

describe('White space around a framing value does not reach the target.', () => {
  test.each([
    ['Content-Length:  3', 'Content-Length: 3'],
    ['Content-Length:\t3', 'Content-Length: 3'],
    ['Content-Length: 3 ', 'Content-Length: 3'],
    ['content-length:3\t ', 'content-length: 3'],
    ['CONTENT-LENGTH: \t 3 \t', 'CONTENT-LENGTH: 3'],
  ])('%j arrives as %j.', (line, relayed) => {
    expectRelayedRequest(`${HOST}${line}\r\n\r\nabc`, `${HOST}${relayed}\r\n\r\nabc`);
    expectRequests(`${HOST}${line}\r\n\r\nabc`, [
      `head GET / 1.1 [Host: a][${relayed}], 3 bytes, persistent`,
      'content "abc"',
      'end',
    ]);
  });

  test.each([
    ['Transfer-Encoding:  chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding:\tchunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked ', 'Transfer-Encoding: chunked'],
    ['TRANSFER-encoding:Chunked\t', 'TRANSFER-encoding: Chunked'],
  ])('%j arrives as %j.', (line, relayed) => {
    expectRelayedRequest(`${HOST}${line}\r\n\r\n0\r\n\r\n`, `${HOST}${relayed}\r\n\r\n0\r\n\r\n`);
  });

  test.each(['Content-Length:3', 'Content-Length: 3', 'X: \t y \t', 'Content-Type:  a '])(
    '%j arrives unchanged.',
    (line) => {
      const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
      const bytes = octets(`${HOST}${line}\r\n\r\n`);
      reader.step(bytes, 0, bytes.length);
      expect(reader.head?.bytes).toBe(bytes);
    },
  );

  test('Other lines of such a head arrive unchanged.', () => {
    const others = ['X:  y ', 'x-Y:', 'X-Transfer-Encoding:  a ', 'Transfer-Encodin:  b ', 'Trailer:\tX'];
    expectRelayedRequest(
      `${HOST}${others.join('\r\n')}\r\nContent-Length:  0 \r\n\r\n`,
      `${HOST}${others.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
    );
  });

  test('A length in HTTP/1.0 is repaired as well.', () => {
    expectRelayedRequest(
      'POST / HTTP/1.0\r\nContent-Length:  1 \r\n\r\na',
      'POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\na',
    );
  });
});

describe('A repaired head', () => {
  test('It stands in bytes of its own, and the reader says which bytes it came from.', () => {
    const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
    const text = `\r\nGET /p?q HTTP/1.1\nHost: a\nX: a\n b\n\n`;
    const bytes = octets(`${text}GET`);
    expect(reader.step(bytes, 0, bytes.length)).toBe('head');
    expect([reader.headStart, reader.position]).toEqual([2, text.length]);
    const { head } = reader;
    expect(head?.bytes).not.toBe(bytes);
    expect(head).toMatchObject({ start: 0, targetStart: 4, targetEnd: 8, fieldsStart: 19, end: head?.bytes.length });
    expect(bytes.toString('latin1')).toBe(`${text}GET`);
  });

  test('A large head is repaired in time that grows with its length only.', () => {
    const head = `${HOST}X: y\r\n${' z \r\n'.repeat(12_000)}\r\n`;
    expectRepairedWithin(head, 2000);
    expectRepairedWithin(
      `GET / HTTP/1.1\nHost: a\n${`X: ${' '.repeat(8000)}y\n z${' '.repeat(8000)}\n`.repeat(3)}\n`,
      2000,
    );
  });
});

/** The bound is far above the few milliseconds that it takes, and far below those of a quadratic repair. */
function expectRepairedWithin(head: string, limitMs: number): void {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(head);
  const startedAt = performance.now();
  expect(reader.step(bytes, 0, bytes.length)).toBe('head');
  expect(performance.now() - startedAt).toBeLessThan(limitMs);
}
