import { describe, expect, test } from '@jest/globals';
import { type ResponseFault } from '../../src/http1/fault';
import { MAX_CHUNK_LINE_BYTES } from '../../src/http1/limits';
import { expectRefusedResponse, expectResponses, octets } from './expect-reading';
import { readResponses } from './reading';

type Samples = readonly (readonly [what: string, upTo: string])[];

const LINE = 'HTTP/1.1 200 OK\r\n';
const withFields = (...lines: readonly string[]): string => `${LINE}${lines.join('\r\n')}\r\n\r\n`;
const onHttp10 = (line: string): string => `HTTP/1.0 200 OK\r\n${line}\r\n\r\n`;

/** Those of bodies and of limits stand below; a coding that nobody knows is no fault in a response. */
type Elsewhere = 'bad-chunk' | 'bare-lf' | 'head-too-large' | 'too-many-fields' | 'unknown-transfer-coding';

/** Each sample ends in the byte that shows the fault. */
const SAMPLES: Readonly<Record<Exclude<ResponseFault, Elsewhere>, Samples>> = {
  'bad-status-line': [
    ['no HTTP at all', '<'],
    ['an empty line', '\r'],
    ['an empty line of LF', '\n'],
    ['lower case', 'h'],
    ['another protocol', 'HTTQ'],
    ['HTTP/2', 'HTTP/2'],
    ['HTTP/0.9', 'HTTP/0'],
    ['no minor version', 'HTTP/1 '],
    ['a version of two digits', 'HTTP/1.10'],
    ['a letter for a digit', 'HTTP/1.x'],
    ['a tab before the status', 'HTTP/1.1\t'],
    ['two spaces before the status', 'HTTP/1.1  '],
    ['no status', 'HTTP/1.1 \r'],
    ['a status of two digits', 'HTTP/1.1 20 '],
    ['a status of four digits', 'HTTP/1.1 2000'],
    ['a status below 100', 'HTTP/1.1 0'],
    ['a status in letters', 'HTTP/1.1 20x'],
    ['a tab behind the status', 'HTTP/1.1 200\t'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0'],
  ],
  'bad-field-line': [
    ['white space before the colon', `${LINE}X `],
    ['no name', `${LINE}:`],
    ['no colon', `${LINE}X\r`],
    ['no colon, LF', `${LINE}X\n`],
    ['a name that is no token', `${LINE}X(`],
    ['a NUL in the value', `${LINE}X: y\0`],
    ['a NUL in a name', `${LINE}X\0`],
  ],
  'obsolete-line-folding': [
    ['of the status line', `${LINE} `],
    ['of the status line with a tab', `${LINE}\t`],
  ],
  'bare-cr': [
    ['in the status line', 'HTTP/1.1 200 O\rK'],
    ['behind the status', 'HTTP/1.1 200\rX'],
    ['in a value', `${LINE}X: y\rz`],
    ['before CRLF', `${LINE}X: y\r\r`],
    ['for the empty line', `${LINE}\rX`],
  ],
  'bad-content-length': [
    ['nothing', withFields('Content-Length:')],
    ['a sign', withFields('Content-Length: +1')],
    ['a list', withFields('Content-Length: 1, 1')],
    ['2^53', withFields('Content-Length: 9007199254740992')],
    ['a control byte', withFields('Content-Length: 1\x0b')],
    ['folded digits', withFields('Content-Length: 1', ' 2')],
  ],
  'conflicting-content-length': [['two that differ', withFields('Content-Length: 1', 'Content-Length: 2')]],
  'length-with-transfer-coding': [
    ['first the length', withFields('Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['first the coding', withFields('Transfer-Encoding: gzip', 'Content-Length: 1')],
  ],
  'bad-transfer-coding': [
    ['nothing', withFields('Transfer-Encoding:')],
    ['chunked is not the last', withFields('Transfer-Encoding: chunked, gzip')],
    ['chunked twice', withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['parameters', withFields('Transfer-Encoding: chunked;q=1')],
  ],
  'transfer-coding-on-http10': [['chunked', onHttp10('Transfer-Encoding: chunked')]],
};

describe.each(Object.entries(SAMPLES))('%s', (fault, samples) => {
  test.each(samples)('%s', (_, upTo) => expectRefusedResponse(upTo, { fault }));
});

test('a fault is found behind responses that were fine', () => {
  const fine = 'HTTP/1.1 100 Continue\r\n\r\n';
  const before = ['interim 100 (Continue) 1.1 , 0 bytes, persistent'];
  expectRefusedResponse(`${fine}X`, { fault: 'bad-status-line', before, at: fine.length });
});

const CHUNKED = `${LINE}Transfer-Encoding: chunked\r\n\r\n`;
const IS_CHUNKED = 'head 200 (OK) 1.1 [Transfer-Encoding: chunked], chunked, persistent';

describe('a body whose end is disputable', () => {
  test.each([
    ['no chunk size', 'bad-chunk', 'x'],
    ['white space before the size', 'bad-chunk', ' '],
    ['something behind the padding', 'bad-chunk', '5 5'],
    ['a bare LF behind the size', 'bad-chunk', '5\n'],
    ['more digits than any chunk needs', 'bad-chunk', '00000000000000'],
  ])('%s', (_, fault, line) => {
    expectRefusedResponse(`${CHUNKED}${line}`, { fault, before: [IS_CHUNKED], at: CHUNKED.length });
  });

  test.each([
    ['a trailer that ends in a bare LF', 'bare-lf', 'X: y\n'],
    ['an end that is a bare LF', 'bare-lf', '\n'],
    ['a folded trailer', 'obsolete-line-folding', '\t'],
    ['a trailer with a control byte', 'bad-field-line', 'X: \x01'],
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

describe('a head at its limits', () => {
  const LIMITS = { maxHeadBytes: 40, maxRequestLineBytes: 1, maxFields: 2 };
  const room = LIMITS.maxHeadBytes - LINE.length - 2;
  const fieldOf = (length: number): string => `X:${'y'.repeat(length - 4)}\r\n`;
  const expectTaken = (text: string, told: readonly string[]): void => expectResponses(text, told, ['HEAD'], LIMITS);
  const expectRefused = (upTo: string, fault: string): void => expectRefusedResponse(upTo, { fault }, ['HEAD'], LIMITS);

  test('of as many bytes as allowed is taken', () => {
    const head = `head 200 (OK) 1.1 [X: ${'y'.repeat(room - 4)}], 0 bytes, persistent`;
    expectTaken(`${LINE}${fieldOf(room)}\r\n`, [head, 'end']);
    expectTaken(`${LINE}${fieldOf(room)}\r\n`.repeat(2), [head, 'end', head, 'end']);
  });

  test.each([
    ['in the status line', `HTTP/1.1 200 ${'x'.repeat(28)}`],
    ['in a name', `${LINE}${'X'.repeat(24)}`],
    ['in a value', `${LINE}X:${'y'.repeat(22)}`],
    ['in the empty line', `${LINE}${fieldOf(room + 1)}\r\n`],
    ['behind the last field', `${LINE}${fieldOf(room + 2)}\r`],
    ['in a folded line', `${LINE}X: y\r\n ${'z'.repeat(17)}`],
  ])('is refused at the first byte too many: %s', (_, upTo) => expectRefused(upTo, 'head-too-large'));

  test('of as many fields as allowed is taken, and a folded one counts once', () => {
    expectTaken(`${LINE}A:\r\nB:\r\n\r\n`, ['head 200 (OK) 1.1 [A: ][B: ], 0 bytes, persistent', 'end']);
    expectTaken(`${LINE}A:\r\n a\r\n b\r\nB:\r\n\r\n`, [
      'head 200 (OK) 1.1 [A: a   b][B: ], 0 bytes, persistent',
      'end',
    ]);
  });

  test('is refused at the end of the first field too many', () =>
    expectRefused(`${LINE}A:\r\nB:\r\nC:\r\n`, 'too-many-fields'));
});
