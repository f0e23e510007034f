import { describe, expect, test } from '@jest/globals';
import * as grammar from '../../src/http1/grammar';
import { octets } from '../support/expect-reading';

const accepted = (table: Uint8Array): string =>
  Array.from({ length: 256 }, (_, code) => code)
    .filter((code) => table[code] === 1)
    .map((code) => String.fromCharCode(code))
    .join('');

const range = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index)).join('');

const ALPHANUMERIC = `${range(0x30, 0x39)}${range(0x41, 0x5a)}${range(0x61, 0x7a)}`;
const sorted = (text: string): string => Array.from(text).sort().join('');

describe('a table accepts exactly', () => {
  test.each([
    ['TOKEN', grammar.TOKEN, `!#$%&'*+-.^_\`|~${ALPHANUMERIC}`],
    ['FIELD_VALUE', grammar.FIELD_VALUE, `\t${range(0x20, 0x7e)}${range(0x80, 0xff)}`],
    ['RELAYED_VALUE', grammar.RELAYED_VALUE, `${range(0x01, 0x09)}\x0b\x0c${range(0x0e, 0xff)}`],
    ['REQUEST_TARGET', grammar.REQUEST_TARGET, `${range(0x21, 0x7e)}${range(0x80, 0xff)}`],
    ['SCHEME', grammar.SCHEME, `+-.${ALPHANUMERIC}`],
    ['FIELD_HOST', grammar.FIELD_HOST, `-._~%!$&'()*+,;=${ALPHANUMERIC}${range(0x80, 0xff)}`],
    ['ABSOLUTE_HOST', grammar.ABSOLUTE_HOST, `-._~!$&'()*+;=${ALPHANUMERIC}`],
    ['IP_LITERAL', grammar.IP_LITERAL, `:.%-_~${ALPHANUMERIC}`],
  ])('%s', (_, table, characters) => {
    expect(accepted(table)).toBe(sorted(characters));
  });
});

test('a hexadecimal digit has its value in either letter case, and nothing else has one', () => {
  const digits = Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => grammar.hexValue(code) !== grammar.NOT_HEX,
  );
  expect(String.fromCharCode(...digits)).toBe('0123456789ABCDEFabcdef');
  for (const code of digits) expect(grammar.hexValue(code)).toBe(parseInt(String.fromCharCode(code), 16));
});

test('octets have their names', () => {
  const { HTAB, LF, CR, SP, ASTERISK, COMMA, SLASH, COLON, SEMICOLON } = grammar;
  expect(String.fromCharCode(HTAB, LF, CR, SP, ASTERISK, COMMA, SLASH, COLON, SEMICOLON)).toBe('\t\n\r *,/:;');
});

test('a decimal digit has its value', () => {
  expect(Array.from('0123456789', (digit) => grammar.digitValue(digit.charCodeAt(0)))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test('beyond the last byte there is no octet: no digit, no white space, nothing that a table accepts', () => {
  const { isAlpha, isDigit, isBlank, isIn, skipIn, hexValue, digitValue, equalsIgnoreCase, FIELD_VALUE, NOT_HEX } =
    grammar;
  expect([isDigit(undefined), isBlank(undefined), isIn(FIELD_VALUE, undefined)]).toEqual([false, false, false]);
  expect([hexValue(undefined), digitValue(undefined), isAlpha(undefined)]).toEqual([NOT_HEX, 0, false]);
  expect(skipIn(FIELD_VALUE, octets('ho'), 0, 4)).toBe(2);
  expect(equalsIgnoreCase(octets('ho'), 0, 4, 'host')).toBe(false);
});

describe('letter case aside', () => {
  test.each([
    ['host', 'host', true],
    ['HOST', 'host', true],
    ['hOsT', 'host', true],
    ['hos', 'host', false],
    ['hostt', 'host', false],
    ['hosu', 'host', false],
    ['x-a[', 'x-a{', false],
    ['x-a@', 'x-a`', false],
    ['\xc8ost', '\xe8ost', false],
    ['', '', true],
  ])('%j against %j: %s', (text, lower, isEqual) => {
    const bytes = octets(`<${text}>`);
    expect(grammar.equalsIgnoreCase(bytes, 1, bytes.length - 1, lower)).toBe(isEqual);
  });
});

describe('white space', () => {
  test.each([
    ['', ''],
    [' \t ', ''],
    [' a', 'a'],
    ['a\t', 'a'],
    [' \ta b\t ', 'a b'],
    ['\xa0a\xa0', '\xa0a\xa0'],
    ['\x0ba\x0c', '\x0ba\x0c'],
  ])('round %j is left out', (text, inner) => {
    const bytes = octets(` ${text} `);
    const start = grammar.skipBlank(bytes, 1, bytes.length - 1);
    const end = grammar.trimBlank(bytes, start, bytes.length - 1);
    expect(bytes.toString('latin1', start, end)).toBe(inner);
    expect([start >= 1, end <= bytes.length - 1, start <= end]).toEqual([true, true, true]);
  });
});

describe('Empty lines', () => {
  test.each([
    ['', 0],
    ['a', 0],
    ['\r\n', 2],
    ['\n', 1],
    ['\n\r\n\na\n', 4],
    ['\r', 0],
    ['\n\r', 1],
    ['\r\r\n', 0],
    ['\n'.repeat(12), 11],
    ['\r\n'.repeat(12), 12],
    [`${'\n'.repeat(10)}\r\n\n`, 12],
  ])('The empty lines at the start of %j, or the first that exceeds 10 bytes, end at %i.', (text, end) => {
    const bytes = octets(`\n${text}\n`);
    expect(grammar.skipEmptyLines(bytes, 1, bytes.length - 1, 10)).toBe(end + 1);
  });
});
