import { describe, expect, test } from '@jest/globals';
import { renderClosingHead } from '../../src/http1/response-writer';
import { headOf, taken, targetHead } from '../support/rendered';

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

  test('that had bare LF for line ends goes out with those that HTTP asks for', () => {
    const bytes = renderClosingHead(headOf('HTTP/1.0 200 OK\nX-A: 1\nConnection: keep-alive\nX-B: 2\n\n'));
    expect(bytes.toString('latin1')).toBe('HTTP/1.0 200 OK\r\nX-A: 1\r\nX-B: 2\r\nConnection: close\r\n\r\n');
  });
});
