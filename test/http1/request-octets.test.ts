import { describe, expect, test } from '@jest/globals';
import { RELAYED_VALUE, REQUEST_TARGET, TOKEN } from '../../src/http1/grammar';
import { octets } from '../support/expect-reading';
import { readRequests } from '../support/reading';

const LINE = 'GET / HTTP/1.1\r\n';

const faultOf = (text: string): string | undefined => readRequests([octets(text)]).seen.at(-1)?.text;

describe('of all octets no other passes', () => {
  test('in a method', () => {
    for (const octet of octetsBut((code) => TOKEN[code] === 1 || code === 0x20)) {
      expect([octet, faultOf(`G${octet}T / HTTP/1.1\r\n`)]).toEqual([octet, 'bad-request-line']);
    }
  });

  test('in a request target', () => {
    for (const octet of octetsBut((code) => REQUEST_TARGET[code] === 1 || code === 0x20)) {
      const fault = octet === '\n' || octet === '\r' ? 'bad-request-line' : 'bad-request-target';
      expect([octet, faultOf(`GET /${octet} HTTP/1.1\r\n`)]).toEqual([octet, fault]);
    }
  });

  test('in a field name', () => {
    for (const octet of octetsBut((code) => TOKEN[code] === 1 || code === 0x3a)) {
      expect([octet, faultOf(`${LINE}a${octet}b: c`)]).toEqual([octet, octet === '\n' ? 'bare-lf' : 'bad-field-line']);
    }
  });

  test('in a field value', () => {
    for (const octet of octetsBut((code) => RELAYED_VALUE[code] === 1)) {
      const fault = octet === '\n' ? 'bare-lf' : octet === '\r' ? 'bare-cr' : 'bad-field-line';
      expect([octet, faultOf(`${LINE}a: b${octet}c`)]).toEqual([octet, fault]);
    }
  });
});

test('A value with any octet but NUL, CR and LF reaches the target unchanged.', () => {
  const value = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
    .filter((octet) => !'\0\r\n'.includes(octet))
    .join('');
  const request = `${LINE}Host: a\r\nCookie: ${value}\r\n\r\n`;
  expect(readRequests([octets(request)]).relayed.toString('latin1')).toBe(request);
});

/** Every octet that a table does not accept, as Latin-1 text. */
function octetsBut(isAccepted: (code: number) => boolean): readonly string[] {
  const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => !isAccepted(code));
  return codes.map((code) => String.fromCharCode(code));
}
