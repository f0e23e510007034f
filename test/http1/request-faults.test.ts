import { describe, expect, test } from '@jest/globals';
import { type RequestFault } from '../../src/http1/fault';
import { FIELD_VALUE, REQUEST_TARGET, TOKEN } from '../../src/http1/grammar';
import { expectRefusedRequest, octets } from './expect-reading';
import { readRequests } from './reading';

/** What stands wrong, and a sample that ends in the very byte that shows it. */
type Samples = readonly (readonly [what: string, upTo: string])[];

const LINE = 'GET / HTTP/1.1\r\n';
const HOST = `${LINE}Host: a\r\n`;

const withFields = (...lines: readonly string[]): string => `${HOST}${lines.join('\r\n')}\r\n\r\n`;
const onHttp10 = (line: string): string => `GET / HTTP/1.0\r\n${line}\r\n\r\n`;
const withHost = (host: string): string => `${LINE}Host: ${host}\r\n\r\n`;

/** Faults of the start line and the field lines. Those of chunks and of limits have tables of their own. */
const SAMPLES: Readonly<
  Record<Exclude<RequestFault, 'bad-chunk' | 'request-line-too-long' | 'head-too-large' | 'too-many-fields'>, Samples>
> = {
  'bad-request-line': [
    ['white space before the method', ' '],
    ['a tab behind the method', 'GET\t'],
    ['a method that is no token', 'GE('],
    ['a method in quotes', '"'],
    ['no method', '/'],
    ['a colon in the method', 'GET:'],
    ['no white space behind the method', 'GET/'],
    ['a method and nothing else', 'GET\r'],
    ['HTTP/0.9', 'GET /\r'],
    ['a NUL', '\0'],
    ['an octet from 0x80 on', '\x80'],
    ['what looks like TLS and is not', '\x16'],
  ],
  'bad-request-target': [
    ['two spaces before it', 'GET  '],
    ['a tab within', 'GET /a\t'],
    ['no form that there is', 'GET a '],
    ['authority form but for CONNECT', 'GET a:80 '],
    ['more than an asterisk', 'OPTIONS ** '],
    ['one slash behind the scheme', 'GET http:/a '],
    ['no slash behind the scheme', 'GET http:a '],
    ['no scheme', 'GET ://a '],
    ['a scheme that cannot be', 'GET ht_tp://a '],
    ['no target for CONNECT', 'CONNECT  '],
    ['no port for CONNECT', 'CONNECT a '],
    ['an empty port for CONNECT', 'CONNECT a: '],
    ['no host for CONNECT', 'CONNECT :80 '],
    ['a port alone for CONNECT', 'CONNECT 80 '],
    ['a path for CONNECT', 'CONNECT /:80 '],
    ['user information for CONNECT', 'CONNECT u@a:80 '],
    ['an asterisk for CONNECT', 'CONNECT * '],
    ['a NUL', 'GET /\0'],
    ['a DEL', 'GET /\x7f'],
    ['an escape', 'GET /\x1b'],
  ],
  'bad-version': [
    ['letters for a digit', 'GET / HTTP/1.x'],
    ['letters for the first digit', 'GET / HTTP/x'],
    ['lower case', 'GET / h'],
    ['another protocol', 'GET / HTTQ'],
    ['a comma', 'GET / HTTP/1,'],
    ['white space before it', 'GET /  '],
    ['white space behind it', 'GET / HTTP/1.1 '],
    ['two digits', 'GET / HTTP/1.10'],
    ['two first digits', 'GET / HTTP/11'],
    ['no version at all', 'GET / \r'],
    ['a line feed within', 'GET / HTTP\n'],
    ['a NUL', 'GET / HTTP/1.1\0'],
  ],
  'unsupported-version': [
    ['HTTP/2.0', 'GET / HTTP/2.0\r\n'],
    ['HTTP/0.9 said aloud', 'GET / HTTP/0.9\r\n'],
    ['HTTP/3.1', 'GET / HTTP/3.1\r\n'],
  ],
  'bad-field-line': [
    ['white space before the colon', `${LINE}Host `],
    ['a tab before the colon', `${LINE}Host\t`],
    ['no name', `${LINE}:`],
    ['no colon', `${LINE}Host\r`],
    ['a name that is no token', `${LINE}Ho(`],
    ['a name with an octet from 0x80 on', `${LINE}H\xf6`],
    ['a NUL in the name', `${HOST}X\0`],
    ['a NUL in the value', `${HOST}X: y\0`],
    ['a vertical tab in the value', `${HOST}X: y\x0b`],
    ['a DEL in the value', `${HOST}X: y\x7f`],
    ['a control byte in a value that counts', `${HOST}Transfer-Encoding: \x0b`],
  ],
  'obsolete-line-folding': [
    ['with a space', `${HOST}X: y\r\n `],
    ['with a tab', `${HOST}X: y\r\n\t`],
    ['before the first field', `${LINE} `],
  ],
  'bare-cr': [
    ['behind the request line', 'GET / HTTP/1.1\rH'],
    ['behind a value', `${HOST}X: y\rz`],
    ['behind another CR', `${HOST}X: y\r\r`],
    ['for the empty line', `${HOST}\rG`],
  ],
  'bare-lf': [
    ['before the request line', '\n'],
    ['behind the method', 'GET\n'],
    ['behind the target', 'GET /\n'],
    ['behind the request line', 'GET / HTTP/1.1\n'],
    ['behind a name', `${HOST}X\n`],
    ['behind a value', `${HOST}X: y\n`],
    ['for the empty line', `${HOST}\n`],
  ],
  'missing-host': [
    ['in HTTP/1.1', `${LINE}\r\n`],
    ['in a later HTTP/1', 'GET / HTTP/1.2\r\nHostt: a\r\n\r\n'],
    ['though the target names one', 'GET http://a/ HTTP/1.1\r\n\r\n'],
  ],
  'repeated-host': [
    ['twice the same', withFields('Host: a')],
    ['two that differ', withFields('hoST: b')],
    ['in HTTP/1.0', onHttp10('Host: a\r\nHost: a')],
    ['of which one is bad', withFields('Host: @')],
  ],
  'bad-host': [
    ['user information', withHost('u@a')],
    ['a path', withHost('a/b')],
    ['a query', withHost('a?b')],
    ['a fragment', withHost('a#b')],
    ['two names', withHost('a b')],
    ['a backslash', withHost('a\\b')],
    ['quotes', withHost('"a"')],
    ['angle brackets', withHost('<a>')],
    ['braces', withHost('{a}')],
    ['a bar, a caret, a grave', withHost('|^`')],
    ['in HTTP/1.0', onHttp10('Host: /')],
  ],
  'bad-content-length': [
    ['nothing', withFields('Content-Length:')],
    ['a sign', withFields('Content-Length: +1')],
    ['a negative number', withFields('Content-Length: -1')],
    ['a fraction', withFields('Content-Length: 1.0')],
    ['an exponent', withFields('Content-Length: 1e3')],
    ['a hexadecimal number', withFields('Content-Length: 0x1')],
    ['letters', withFields('Content-Length: a')],
    ['white space within', withFields('Content-Length: 1 2')],
    ['a list of two that are the same', withFields('Content-Length: 1, 1')],
    ['a list with an empty element', withFields('Content-Length: 1,')],
    ['digits of another script', withFields('Content-Length: \xb9')],
    ['2^53, from where numbers are not exact', withFields('Content-Length: 9007199254740992')],
    ['2^64 and 1, which some parsers take for 1', withFields('Content-Length: 18446744073709551617')],
    ['bad beside a transfer coding', withFields('Content-Length: a', 'Transfer-Encoding: chunked')],
  ],
  'conflicting-content-length': [
    ['two that differ', withFields('Content-Length: 1', 'Content-Length: 2')],
    ['two that differ, and a third', withFields('Content-Length: 1', 'X: y', 'CONTENT-LENGTH: 2', 'Content-Length: 1')],
    ['of which one is 0', withFields('Content-Length: 0', 'Content-Length: 1')],
  ],
  'length-with-transfer-coding': [
    ['first the length', withFields('Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['first the coding', withFields('Transfer-Encoding: chunked', 'Content-Length: 1')],
    ['of length 0', withFields('Content-Length: 0', 'Transfer-Encoding: chunked')],
  ],
  'bad-transfer-coding': [
    ['nothing', withFields('Transfer-Encoding:')],
    ['chunked is missing', withFields('Transfer-Encoding: gzip')],
    ['chunked is not the last', withFields('Transfer-Encoding: chunked, gzip')],
    ['chunked twice', withFields('Transfer-Encoding: chunked, chunked')],
    ['chunked on two lines', withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['something on a line behind chunked', withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
    ['an empty element before', withFields('Transfer-Encoding: ,chunked')],
    ['an empty element behind', withFields('Transfer-Encoding: chunked,')],
    ['parameters', withFields('Transfer-Encoding: chunked;q=1')],
    ['quotes', withFields('Transfer-Encoding: "chunked"')],
    ['white space within', withFields('Transfer-Encoding: chu nked')],
    ['an octet from 0x80 on', withFields('Transfer-Encoding: chunked\xa0')],
  ],
  'unknown-transfer-coding': [
    ['alone', withFields('Transfer-Encoding: identity')],
    ['before chunked', withFields('Transfer-Encoding: br, chunked')],
    ['like chunked', withFields('Transfer-Encoding: xchunked')],
    ['like chunked, but longer', withFields('Transfer-Encoding: chunkedd')],
    ['on a line of its own', withFields('Transfer-Encoding: zstd', 'Transfer-Encoding: chunked')],
  ],
  'transfer-coding-on-http10': [
    ['chunked', onHttp10('Transfer-Encoding: chunked')],
    ['with a length', onHttp10('Transfer-Encoding: chunked\r\nContent-Length: 1')],
    ['that keeps the connection', onHttp10('Transfer-Encoding: chunked\r\nConnection: keep-alive')],
  ],
};

describe.each(Object.entries(SAMPLES))('%s', (fault, samples) => {
  test.each(samples)('%s', (_, upTo) => expectRefusedRequest(upTo, { fault }));
});

const faultOf = (text: string): string | undefined => readRequests([octets(text)]).seen.at(-1)?.text;

describe('of all octets no other passes', () => {
  test('in a method', () => {
    for (const octet of octetsBut((code) => TOKEN[code] === 1 || code === 0x20)) {
      expect([octet, faultOf(`G${octet}T / HTTP/1.1\r\n`)]).toEqual([
        octet,
        octet === '\n' ? 'bare-lf' : 'bad-request-line',
      ]);
    }
  });

  test('in a request target', () => {
    for (const octet of octetsBut((code) => REQUEST_TARGET[code] === 1 || code === 0x20)) {
      const fault = octet === '\n' ? 'bare-lf' : octet === '\r' ? 'bad-request-line' : 'bad-request-target';
      expect([octet, faultOf(`GET /${octet} HTTP/1.1\r\n`)]).toEqual([octet, fault]);
    }
  });

  test('in a field name', () => {
    for (const octet of octetsBut((code) => TOKEN[code] === 1 || code === 0x3a)) {
      expect([octet, faultOf(`${LINE}a${octet}b: c`)]).toEqual([octet, octet === '\n' ? 'bare-lf' : 'bad-field-line']);
    }
  });

  test('in a field value', () => {
    for (const octet of octetsBut((code) => FIELD_VALUE[code] === 1)) {
      const fault = octet === '\n' ? 'bare-lf' : octet === '\r' ? 'bare-cr' : 'bad-field-line';
      expect([octet, faultOf(`${LINE}a: b${octet}c`)]).toEqual([octet, fault]);
    }
  });
});

/** Every octet that a table does not accept, as Latin-1 text. */
function octetsBut(isAccepted: (code: number) => boolean): readonly string[] {
  const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => !isAccepted(code));
  return codes.map((code) => String.fromCharCode(code));
}
