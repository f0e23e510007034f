import { describe, expect, test } from '@jest/globals';
import { unfold } from '../../src/http1/unfold';
import { octets } from './expect-reading';

/** `|` stands before the white space of the first folded line. */
function unfolded(text: string, end?: number): string {
  const at = text.indexOf('|');
  const bytes = octets(text.replace('|', ''));
  unfold(bytes, at, end ?? bytes.length);
  return bytes.toString('latin1');
}

describe('line ends before white space become spaces, in place', () => {
  test.each([
    ['CRLF', 'A: b\r\n| c\r\n\r\n', 'A: b   c\r\n\r\n'],
    ['LF', 'A: b\n|\tc\n\n', 'A: b \tc\n\n'],
    ['all that follow', 'A: b\r\n| c\r\n d\r\nE: f\r\n\tg\r\n\r\n', 'A: b   c   d\r\nE: f  \tg\r\n\r\n'],
    ['but not behind the empty line', 'A: b\r\n| c\r\n\r\n d\r\n e', 'A: b   c\r\n\r\n d\r\n e'],
    ['but not behind an empty line of LF', 'A: b\n| c\n\n d\n e', 'A: b  c\n\n d\n e'],
    ['a fold that holds nothing', 'A: b\r\n| \r\n\r\n', 'A: b   \r\n\r\n'],
  ])('%s', (_, text, expected) => expect(unfolded(text)).toBe(expected));

  test('a line end whose next byte has not come stays for the next time', () => {
    expect(unfolded('A: b\r\n| c\r\n')).toBe('A: b   c\r\n');
    expect(unfolded('A: b\r\n| c\r\n d', 10)).toBe('A: b   c\r\n d');
  });
});
