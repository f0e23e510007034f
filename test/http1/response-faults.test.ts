import { describe, expect, test } from '@jest/globals';
import { type ResponseFault } from '../../src/http1/fault';
import { MAX_CHUNK_LINE_BYTES } from '../../src/http1/limits';
import { expectRefusedResponse, octets } from '../support/expect-reading';
import { readResponses } from '../support/reading';

type Samples = readonly (readonly [what: string, upTo: string])[];

const LINE = 'HTTP/1.1 200 OK\r\n';
const withFields = (...lines: readonly string[]): string => `${LINE}${lines.join('\r\n')}\r\n\r\n`;
const onHttp10 = (line: string): string => `HTTP/1.0 200 OK\r\n${line}\r\n\r\n`;

/** Those of bodies and of limits stand below. No response head can show the last two: the tunnel finds one of them itself. */
type Elsewhere = 'bad-chunk' | 'head-too-large' | 'too-many-fields' | 'unrequested-switch' | 'bare-lf';

/** Each sample ends in the byte that shows the fault. */
const SAMPLES: Readonly<Record<Exclude<ResponseFault, Elsewhere>, Samples>> = {
  'bad-status-line': [
    ['no HTTP at all', '<'],
    ['white space before it', ' '],
    ['a bare CR', '\rH'],
    ['another protocol', 'HTTQ'],
    ['another protocol in small letters', 'htp'],
    ['a protocol whose name goes on', 'HTTPS'],
    ['a letter for a digit', 'HTTP/1.x 200 OK\r\n'],
    ['no version', 'HTTP/ 200 OK\r\n'],
    ['a version of two digits', 'HTTP/1.10 200 OK\r\n'],
    ['a version of two first digits', 'HTTP/11 200 OK\r\n'],
    ['a version of three numbers', 'HTTP/1.1.1 200 OK\r\n'],
    ['no space before the status', 'HTTP/1.1200 OK\r\n'],
    ['no status', 'HTTP/1.1 \r\n'],
    ['no status and no space', 'HTTP/1.1\r\n'],
    ['no status, with LF', 'HTTP/1.1\n'],
    ['a reason and no status', 'HTTP/1.1 OK\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n'],
    ['a status of four digits, of which the last is the 65th byte', `HTTP/1.1${' '.repeat(53)}2005 OK\r\n`],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n'],
    ['a status with a letter', 'HTTP/1.1 20x OK\r\n'],
    ['a status in letters', 'HTTP/1.1 abc OK\r\n'],
    ['a negative status', 'HTTP/1.1 -200 OK\r\n'],
    ['a fraction of a status', 'HTTP/1.1 200.1 OK\r\n'],
    ['a control byte before the status', 'HTTP/1.1 \x0b200 OK\r\n'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0'],
    ['a NUL for the reason', 'HTTP/1.1 200\0'],
    ['a NUL in the version', 'HTTP/1.\0'],
  ],
  'bad-field-line': [
    ['a NUL in the value', `${LINE}X: y\0`],
    ['a NUL in a folded value', `${LINE}X: y\r\n z\0`],
    ['a NUL in a name', `${LINE}X\0`],
    ['a NUL before the colon', `${LINE}X \0`],
    ['a NUL in a line without a colon', `${LINE}X y\0`],
  ],
  'bare-cr': [
    ['in the status line', 'HTTP/1.1 200 O\rK'],
    ['behind the status', 'HTTP/1.1 200\rX'],
    ['in the version', 'HTTP/1.\r1'],
    ['in a name', `${LINE}X\rY`],
    ['in a value', `${LINE}X: y\rz`],
    ['in a folded value', `${LINE}X: y\r\n z\rw`],
    ['before CRLF', `${LINE}X: y\r\r`],
    ['for the empty line', `${LINE}\rX`],
  ],
  'bad-content-length': [
    ['nothing', withFields('Content-Length:')],
    ['a sign', withFields('Content-Length: +1')],
    ['a list with an empty element', withFields('Content-Length: 1,')],
    ['a list of numbers that differ', withFields('Content-Length: 1, 2')],
    ['a list of equal words', withFields('Content-Length: a, a')],
    ['one that is no number, and one that is', withFields('Content-Length: a', 'Content-Length: 1')],
    ['one that is a number, and one that is none', withFields('Content-Length: 1', 'Content-Length: 1.0')],
    ['2^53', withFields('Content-Length: 9007199254740992')],
    ['2^53 twice', withFields('Content-Length: 9007199254740992, 9007199254740992')],
    [
      '2^53 and the number that a double takes for it',
      withFields('Content-Length: 9007199254740992, 9007199254740993'),
    ],
    ['numbers of too many digits', withFields('Content-Length: 00000000000000001, 1')],
    ['a control byte', withFields('Content-Length: 1\x0b')],
    ['folded digits', withFields('Content-Length: 1', ' 2')],
  ],
  'conflicting-content-length': [
    ['two that differ', withFields('Content-Length: 1', 'Content-Length: 2')],
    [
      'three of which two are the same',
      withFields('Content-Length: 1', 'Content-Length: 1', 'X: y', 'Content-Length: 2'),
    ],
    ['two that differ, in a head of LF', 'HTTP/1.1 200 OK\nContent-Length: 1\ncontent-length : 2\n\n'],
  ],
  'length-with-transfer-coding': [
    ['first the length', withFields('Content-Length: 1', 'Transfer-Encoding: gzip')],
    ['first the coding', withFields('Transfer-Encoding: gzip', 'Content-Length: 1')],
    ['a coding that nobody knows', withFields('Transfer-Encoding: br', 'Content-Length: 1')],
  ],
  'bad-transfer-coding': [
    ['chunked is not the last', withFields('Transfer-Encoding: chunked, gzip')],
    ['chunked is not the last and comes twice', withFields('Transfer-Encoding: chunked, gzip, chunked')],
    ['chunked is not the last, on lines', withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: br')],
    ['chunked is not the last, on HTTP/1.0', onHttp10('Transfer-Encoding: chunked, gzip')],
    ['parameters', withFields('Transfer-Encoding: chunked;q=1')],
    ['parameters before chunked', withFields('Transfer-Encoding: gzip;q=1, chunked')],
    ['quotes', withFields('Transfer-Encoding: "chunked"')],
    ['a control byte', withFields('Transfer-Encoding: \x0bchunked')],
  ],
  'unknown-transfer-coding': [
    ['alone', withFields('Transfer-Encoding: br')],
    ['like chunked', withFields('Transfer-Encoding: xchunked')],
    ['after one that says there is none', withFields('Transfer-Encoding: identity, br')],
  ],
  'transfer-coding-on-http10': [
    ['that is not chunked', onHttp10('Transfer-Encoding: gzip')],
    ['that nobody knows', onHttp10('Transfer-Encoding: br')],
  ],
};

describe.each(Object.entries(SAMPLES))('%s', (fault, samples) => {
  test.each(samples)('%s', (_, upTo) => expectRefusedResponse(upTo, { fault }));
});

test('a fault is found behind responses that were fine', () => {
  const fine = 'HTTP/1.1 100 Continue\r\n\r\n';
  const before = ['interim 100 (Continue) 1.1 , 0 bytes, persistent'];
  expectRefusedResponse(`${fine}X`, { fault: 'bad-status-line', before, at: fine.length });
});

test('A fault is found after responses that were repaired.', () => {
  const repaired = 'HTTP/2 100\n\n';
  const before = ['interim 100 () 1.1 , 0 bytes, persistent'];
  expectRefusedResponse(`${repaired}X`, { fault: 'bad-status-line', before, at: repaired.length });
});

const CHUNKED = `${LINE}Transfer-Encoding: chunked\r\n\r\n`;
const IS_CHUNKED = 'head 200 (OK) 1.1 [Transfer-Encoding: chunked], chunked, persistent';

describe('a body whose end is disputable', () => {
  test.each([
    ['no chunk size', 'x'],
    ['an empty line for a chunk size', '\r'],
    ['an empty line of LF for a chunk size', '\n'],
    ['white space before the size', ' '],
    ['something behind the padding', '5 5'],
    ['a bare CR behind the size', '5\rx'],
    ['a NUL in an extension', '5;a\0'],
    ['a control byte in an extension', '5;a\x01'],
    ['more digits than any chunk needs', '00000000000000'],
  ])('%s', (_, line) => {
    expectRefusedResponse(`${CHUNKED}${line}`, { fault: 'bad-chunk', before: [IS_CHUNKED], at: CHUNKED.length });
  });

  test.each([
    ['content that is longer than its chunk', 'helloo'],
    ['content that ends in a bare CR', 'hello\rh'],
  ])('%s', (_, data) => {
    const before = [IS_CHUNKED, 'framing "5\\r\\n"', 'content "hello"'];
    expectRefusedResponse(`${CHUNKED}5\r\n${data}`, { fault: 'bad-chunk', before, at: CHUNKED.length + 8 });
  });

  test.each([
    ['a trailer with a NUL', 'bad-field-line', 'X: \0'],
    ['a trailer with a NUL after other trailers', 'bad-field-line', 'X: y\r\nZ: \0'],
    ['a trailer that ends in a bare CR', 'bare-cr', 'X: y\rz'],
    ['an end that is a bare CR', 'bare-cr', '\rX'],
    ['an end that is a bare CR after other trailers', 'bare-cr', 'X: y\n z\n\rX'],
  ])('%s', (_, fault, line) => {
    const before = [IS_CHUNKED, 'framing "0\\r\\n"'];
    expectRefusedResponse(`${CHUNKED}0\r\n${line}`, { fault, before, at: CHUNKED.length + 3 });
  });

  test('a chunk line of more than 4 KiB, in padding as in extensions', () => {
    for (const line of [`1;${'x'.repeat(MAX_CHUNK_LINE_BYTES - 1)}`, `1${' '.repeat(MAX_CHUNK_LINE_BYTES)}`]) {
      const told = (text: string): string | undefined => readResponses([octets(text)]).seen.at(-1)?.text;
      expect([told(`${CHUNKED}${line.slice(0, -1)}`), told(`${CHUNKED}${line}`)]).toEqual([
        IS_CHUNKED.slice(5),
        'bad-chunk',
      ]);
    }
  });
});
