import { describe, expect, test } from '@jest/globals';
import { bytes, clock, count, duration, rate, share } from '../../../../src/admin/live/client/format';

/** Thin spaces stand before units and between thousands. */
const plain = (text: string): string => text.replaceAll('\u2009', ' ');

describe('a number is written', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1234, '1 234'],
    [1234567, '1 234 567'],
  ])('%f as the count %j', (value, text) => {
    expect(plain(count(value))).toBe(text);
  });

  test.each([
    [0, '0'],
    [0.01, '<0.1'],
    [0.5, '0.5'],
    [3, '3'],
    [9.96, '10'],
    [10.4, '10'],
    [999.4, '999'],
    [999.6, '1.0k'],
    [12_345, '12.3k'],
    [123_456, '123k'],
    [5e9, '5.0G'],
    [5e13, '50000G'],
  ])('%f as the rate %j', (value, text) => {
    expect(rate(value)).toBe(text);
  });

  test.each([
    [null, '–'],
    [0, '0'],
    [0.0004, '0 µs'],
    [0.25, '250 µs'],
    [0.97, '1.0 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_345, '12.3 s'],
    [59_990, '1 m 0 s'],
    [3_599_600, '1 h 0 m'],
    [75_000, '1 m 15 s'],
    [7_500_000, '2 h 5 m'],
  ])('%f ms as the duration %j', (value, text) => {
    expect(plain(duration(value))).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [150_000, '150 kB'],
    [2.5e9, '2.5 GB'],
  ])('%f as %j', (value, text) => {
    expect(plain(bytes(value))).toBe(text);
  });

  test.each([
    [0, 0, '0 %'],
    [0, 10, '0 %'],
    [1, 3, '33 %'],
    [1, 100, '1 %'],
    [15, 1000, '1.5 %'],
    [1, 100_000, '<0.1 %'],
  ])('%f of %f as the share %j', (part, whole, text) => {
    expect(plain(share(part, whole))).toBe(text);
  });

  test('a moment as the time of day', () => {
    const moment = new Date(2026, 10, 22, 9, 5, 7).getTime();
    expect(clock(moment)).toBe('09:05:07');
    expect(clock(moment, true)).toBe('09:05');
  });
});
