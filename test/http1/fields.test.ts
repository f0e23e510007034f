import { describe, expect, test } from '@jest/globals';
import { Fields } from '../../src/http1/fields';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { fieldsOf } from '../../src/http1/request-head';
import { RequestReader } from '../../src/http1/request-reader';
import { octets } from '../support/expect-reading';

/** The fields of a section that stands between other bytes, as in a connection. */
function section(...lines: readonly string[]): Fields {
  const before = 'GET / HTTP/1.1\r\n';
  const text = lines.map((line) => `${line}\r\n`).join('');
  return new Fields(octets(`${before}${text}\r\nNext: 1\r\n`), before.length, before.length + text.length);
}

const SAMPLE = section('Host: a', 'X-A: \t1 ', 'Set-Cookie: b=c', 'x-a:2', 'X-Empty:', 'X-A:');

describe('a field is found by its name in any letter case', () => {
  test.each([
    ['Host', 'a'],
    ['HOST', 'a'],
    ['set-cookie', 'b=c'],
    ['X-a', '1, 2, '],
    ['x-empty', ''],
    ['X', undefined],
    ['X-AA', undefined],
    ['Next', undefined],
    ['', undefined],
    ['Höst', undefined],
  ])('%j: %j', (name, value) => {
    expect(SAMPLE.get(name)).toBe(value);
    expect(SAMPLE.has(name)).toBe(value !== undefined);
  });

  test('and all its values are given in order, a line each', () => {
    expect(SAMPLE.getAll('x-A')).toEqual(['1', '2', '']);
    expect(SAMPLE.getAll('y')).toEqual([]);
  });
});

test('all fields are given in order, each as often as it came, the names as they were spelled', () => {
  expect([...SAMPLE]).toEqual([
    { name: 'Host', value: 'a' },
    { name: 'X-A', value: '1' },
    { name: 'Set-Cookie', value: 'b=c' },
    { name: 'x-a', value: '2' },
    { name: 'X-Empty', value: '' },
    { name: 'X-A', value: '' },
  ]);
});

test('they can be gone through again', () => {
  expect([...SAMPLE]).toEqual([...SAMPLE]);
});

test('a section without fields has none', () => {
  expect([...section()]).toEqual([]);
  expect(section().get('host')).toBeUndefined();
});

test('values are Latin-1: one character an octet', () => {
  expect(section('X: \xc3\xa0\xff').get('x')).toBe('\xc3\xa0\xff');
});

test('white space is SP and HTAB, and nothing else that looks like it', () => {
  expect(section('X: \xa0\t').get('x')).toBe('\xa0');
});

test('a line that ends in LF alone ends there', () => {
  const bytes = octets('A: 1\nB: 2\r\nC: 3\n\n');
  expect([...new Fields(bytes, 0, bytes.length - 1)].map(({ name, value }) => name + value)).toEqual([
    'A1',
    'B2',
    'C3',
  ]);
});

test('a last line without a line end ends with the section', () => {
  const bytes = octets('A: 1\r\nB: 2 and more\r\n');
  expect([...new Fields(bytes, 0, 10)]).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ]);
  expect([...new Fields(octets('B: 2'), 0, 4)]).toEqual([{ name: 'B', value: '2' }]);
});

test('the fields of a head are those between its first line and its empty line', () => {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets('GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\nA: b\r\n\r\n');
  reader.step(bytes, 0, bytes.length);
  expect(reader.head === undefined ? undefined : [...fieldsOf(reader.head)]).toEqual([]);
});
