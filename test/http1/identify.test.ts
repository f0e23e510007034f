import { describe, expect, test } from '@jest/globals';
import { identify } from '../../src/http1/identify';
import { octets } from './expect-reading';

const H2 = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What is said when the first byte is there, the first two, and so on. */
const saidByByte = (text: string): readonly (string | undefined)[] =>
  Array.from(text, (_, at) => identify(octets(text.slice(0, at + 1))));

const unknown = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined);

test('nothing is known of nothing', () => expect(identify(octets(''))).toBeUndefined());

test('the preface of HTTP/2 is known by its last byte, and not before', () => {
  expect(saidByByte(H2)).toEqual([...unknown(H2.length - 1), 'h2']);
  expect(identify(octets(`${H2}\0\0\x12\x04`))).toBe('h2');
});

test('a TLS handshake is known by its first two bytes, whatever the minor version', () => {
  expect(saidByByte('\x16\x03\x01')).toEqual([undefined, 'tls', 'tls']);
  expect(identify(octets('\x16\x03\x03\x02\0'))).toBe('tls');
});

describe('all else is HTTP/1, or will be refused as such, from the first byte that differs', () => {
  test.each([
    ['GET / HTTP/1.1', 0],
    ['\r\nGET', 0],
    ['\x00', 0],
    ['\x15\x03', 0],
    ['\x16\x02', 1],
    ['\x16G', 1],
    ['POST /', 1],
    ['PRI / HTTP/2.0', 4],
    ['PRI * HTTP/2.1', 13],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\rG', 23],
  ])('%j', (text, at) => {
    expect(saidByByte(text)).toEqual([...unknown(at), ...Array.from({ length: text.length - at }, () => 'http1')]);
  });
});
