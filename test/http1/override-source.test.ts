import { describe, expect, test } from '@jest/globals';
import { createOverride } from '../../src/http1/response-writer';
import { octets } from '../support/expect-reading';

const CONTENT = Buffer.from('gone');

describe('what cannot stand in a response is refused before it can harm', () => {
  const create = (source: Partial<Parameters<typeof createOverride>[0]>) => () =>
    createOverride({ keepsFields: true, fields: [], content: CONTENT, ...source });

  test.each([
    ['X', 'a\r\nSet-Cookie: b'],
    ['X', 'a\nb'],
    ['X', 'a\r'],
    ['X', '\r\n\r\nHTTP/1.1 200 OK'],
    ['X', 'a\0'],
    ['X', '\x7f'],
    ['X', '\x1b[0m'],
    ['Vary', 'a\u000ab'],
  ])('the value of %s: %j', (name, value) => {
    expect(create({ fields: [{ name, value }] })).toThrow(
      `the value of the field ${name} has a control character: ${JSON.stringify(value)}`,
    );
    expect(create({ added: [{ name, value }] })).toThrow(TypeError);
  });

  test.each(['', 'X ', 'X:', 'X\r\nY', 'X\0', 'Xé', 'X(', ' X', 'a b'])('the name %j', (name) => {
    expect(create({ fields: [{ name, value: 'a' }] })).toThrow(`${JSON.stringify(name)} is not a field name`);
    expect(create({ fields: [{ name, value: 'a' }] })).toThrow(TypeError);
  });

  test.each(['a\r\nX: b', 'a\nb', '\0', '\x1f'])('the reason %j', (reason) => {
    expect(create({ status: 404, reason })).toThrow('the reason phrase of an override has a control character');
    expect(create({ status: 404, reason })).toThrow(TypeError);
  });

  test.each([0, 99, 100, 101, 199, 1000, 404.5, -404, NaN, Infinity])('the status %d', (status) => {
    expect(create({ status })).toThrow(`an override needs a final status from 200 to 999, not ${status}`);
    expect(create({ status })).toThrow(TypeError);
  });

  test.each([200, 404, 599, 999])('but not the status %i', (status) => {
    expect(create({ status })().status?.code).toBe(status);
  });

  test.each(['', ' ', '\t', 'é 💥', '~!@'])('nor the value %j', (value) => {
    expect(create({ fields: [{ name: 'X', value }] })().fieldLines).toEqual(Buffer.from(`X: ${value}\r\n`));
  });
});

test('text becomes UTF-8, or stays what it was when its octets are given', () => {
  const source = { status: 404, keepsFields: false, content: CONTENT };
  const asText = createOverride({ ...source, reason: 'é', fields: [{ name: 'X', value: '💥' }] });
  expect([asText.status?.line, asText.fieldLines]).toEqual([
    Buffer.from('HTTP/1.1 404 é\r\n'),
    Buffer.from('X: 💥\r\n'),
  ]);
  const asOctets = createOverride({
    ...source,
    reason: '\xe9',
    fields: [{ name: 'X', value: '\xf0' }],
    encoding: 'latin1',
  });
  expect([asOctets.status?.line, asOctets.fieldLines]).toEqual([
    octets('HTTP/1.1 404 \xe9\r\n'),
    octets('X: \xf0\r\n'),
  ]);
});

test('no octet slips through as text: a character whose last octet is a line end is refused where octets are written', () => {
  const source = { keepsFields: false, fields: [{ name: 'X', value: 'a\u010ab' }], content: CONTENT };
  expect(createOverride(source).fieldLines).toEqual(Buffer.from('X: a\u010ab\r\n'));
  expect(() => createOverride({ ...source, encoding: 'latin1' })).toThrow(TypeError);
});
