import { describe, expect, test } from '@jest/globals';
import { renderClosingHead } from '../../src/http1/override';
import { headOf, taken, targetHead } from './rendered';

describe('a head that is to say that the connection closes', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'says so behind its fields',
      ['X-A: 1', 'Content-Length: 3', 'ETag: x'],
      ['X-A: 1', 'Content-Length: 3', 'ETag: x'],
    ],
    ['and no longer says that it stays', ['Connection: keep-alive', 'X-A: 1', 'Keep-Alive: timeout=5'], ['X-A: 1']],
    ['once, where it said so before', ['X-A: 1', 'cONNECTION: close'], ['X-A: 1']],
    ['without a field of its own', [], []],
    ['chunked as it was', ['Transfer-Encoding: chunked', 'Trailer: X'], ['Transfer-Encoding: chunked', 'Trailer: X']],
  ])('%s', (_, fields, kept) => {
    const { lines, content } = taken(renderClosingHead(targetHead('HTTP/1.1 200 OK', ...fields)));
    expect(lines).toEqual(['HTTP/1.1 200 OK', ...kept, 'Connection: close']);
    expect(content).toHaveLength(0);
  });

  test.each([
    ['LF for line ends', 'HTTP/1.0 200 OK\nX-A: 1\nConnection: keep-alive\nX-B: 2\n\n', 'HTTP/1.0 200 OK'],
    ['LF here and there', 'HTTP/1.0 200 OK\r\nX-A: 1\nConnection: keep-alive\r\nX-B: 2\r\n\n', 'HTTP/1.0 200 OK'],
    ['LF before a dropped line', 'HTTP/1.0 200 OK\r\nX-A: 1\r\nX-B: 2\nConnection: x\n\r\n', 'HTTP/1.0 200 OK'],
    ['no reason and no space before it', 'HTTP/1.1 200\r\nX-A: 1\r\nX-B: 2\r\n\r\n', 'HTTP/1.1 200 '],
    ['no reason, and LF', 'HTTP/1.1 200\nX-A: 1\nX-B: 2\n\n', 'HTTP/1.1 200 '],
    [
      'a reason that ends in a letter of two octets, and LF',
      'HTTP/1.1 200 \xc3\xa0\nX-A: 1\nX-B: 2\n\n',
      'HTTP/1.1 200 \xc3\xa0',
    ],
  ])('that had %s is mended: we answer for what we write', (_, text, statusLine) => {
    const bytes = renderClosingHead(headOf(text));
    expect(bytes.toString('latin1')).toBe(`${statusLine}\r\nX-A: 1\r\nX-B: 2\r\nConnection: close\r\n\r\n`);
  });
});
