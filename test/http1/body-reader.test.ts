import { describe, expect, test } from '@jest/globals';
import { type BodyLength, CHUNKED, NO_BODY, UNTIL_CLOSE } from '../../src/http1/body-length';
import { BodyReader } from '../../src/http1/body-reader';
import { scanChunkLine } from '../../src/http1/chunk-line';
import { DEFAULT_HEAD_LIMITS, MAX_CHUNK_LINE_BYTES } from '../../src/http1/limits';
import { FAULTY, INCOMPLETE } from '../../src/http1/scan-result';
import { octets } from '../support/expect-reading';

describe('a chunk line', () => {
  /** The position after the line, its size, and whether it is irregular, if it is complete. */
  const scan = (text: string, isLenient = false): readonly [at: number, size: number, form: string] => {
    const line = { size: -1, isIrregular: true };
    const bytes = octets(`<${text}>`);
    const at = scanChunkLine(bytes, 1, bytes.length - 1, line, isLenient);
    return [at < 0 ? at : at - 1, line.size, line.isIrregular ? 'irregular' : 'regular'];
  };

  test.each([
    ['0\r\n', 0],
    ['1\r\n', 1],
    ['a\r\n', 10],
    ['F\r\n', 15],
    ['1aB\r\n', 427],
    ['0000000000005\r\n', 5],
    ['5;a\r\n', 5],
    ['5;a;b\r\n', 5],
    ['5;a=b;c="d e;\\""\r\n', 5],
    ["5;!#$%&'*+-.^_`|~09azAZ=~\r\n", 5],
    ['5;a=""\r\n', 5],
    ['5;a="\\\\"\r\n', 5],
    ['5;a="\t\x80\xff\\\t"\r\n', 5],
    ['5 \t;\t a \t=\t b ;c\r\n', 5],
    ['5;a= "b" ;c\r\n', 5],
  ])('The line %j has the size %i in requests and in responses.', (text, size) => {
    for (const isLenient of [false, true]) {
      expect(scan(text, isLenient)).toEqual([text.length, size, 'regular']);
      expect(scan(`${text}5\r\n`, isLenient)).toEqual([text.length, size, 'regular']);
      for (let end = 1; end < text.length; end++) expect(scan(text.slice(0, end), isLenient)[0]).toBe(INCOMPLETE);
    }
  });

  test.each([
    '5 \r\n',
    '5  \t\r\n',
    '5;\r\n',
    '5;\xff\t \r\n',
    '5;a \r\n',
    '5;a=\r\n',
    '5;a=;b\r\n',
    '5;;a\r\n',
    '5;a=b=c\r\n',
    '5;a="b\r\n',
    '5;a="b\\"\r\n',
    '5;a="b"c\r\n',
    '5;a=@\r\n',
    '5;(\r\n',
    '5\n',
    '5 \n',
    '5;a=b\n',
    '5;@\n',
  ])('The line %j is irregular in a response, and a fault in a request.', (text) => {
    expect(scan(text, true)).toEqual([text.length, 5, 'irregular']);
    expect(scan(`${text}5\r\n`, true)).toEqual([text.length, 5, 'irregular']);
    for (let end = 1; end < text.length; end++) expect(scan(text.slice(0, end), true)[0]).toBe(INCOMPLETE);
    expect(scan(text)[0]).toBe(FAULTY);
  });

  test.each(['', ' 5\r\n', '-5\r\n', '5 x\r\n', '5g\r\n', '5\r\r\n', '5;\0\r\n', '5;a\x01\n', '5;a\x7f\r\n', '\n'])(
    'The line %j is a fault in a response too.',
    (text) => expect(scan(`${text}>`, true)[0]).toBe(FAULTY),
  );

  test('has 13 digits at most, so that no size is beyond what a number counts exactly', () => {
    expect(scan('0000000000001')[0]).toBe(INCOMPLETE);
    expect(scan('00000000000001')[0]).toBe(FAULTY);
    expect(scan('00000000000001', true)[0]).toBe(FAULTY);
  });

  test('stays below 2^31, unless it is that of a response', () => {
    expect(scan('7fffffff\r\n')).toEqual([10, 2 ** 31 - 1, 'regular']);
    expect(scan('80000000\r\n')[0]).toBe(FAULTY);
    expect(scan('80000000\r\n', true)).toEqual([10, 2 ** 31, 'regular']);
    expect(scan('fffffffffffff\r\n', true)).toEqual([15, 2 ** 52 - 1, 'regular']);
  });

  test.each([
    ['with CRLF', `1;${'x'.repeat(MAX_CHUNK_LINE_BYTES - 4)}`, '\r\n'],
    ['with LF', `1;${'x'.repeat(MAX_CHUNK_LINE_BYTES - 3)}`, '\n'],
    ['of white space', `1${' '.repeat(MAX_CHUNK_LINE_BYTES - 3)}`, '\r\n'],
  ])('A chunk line %s may have 4096 bytes in a response, and one byte more is a fault.', (_, line, end) => {
    expect(scan(`${line}${end}`, true)[0]).toBe(MAX_CHUNK_LINE_BYTES);
    expect(scan(`${line}${end}>`, true)[0]).toBe(MAX_CHUNK_LINE_BYTES);
    const longer = `${line}${line.slice(-1)}${end}`;
    expect(scan(longer.slice(0, MAX_CHUNK_LINE_BYTES), true)[0]).toBe(INCOMPLETE);
    expect(scan(longer, true)[0]).toBe(FAULTY);
  });
});

/** What each step gives when all is there at once. */
function steps(length: BodyLength, text: string): readonly string[] {
  const reader = new BodyReader(DEFAULT_HEAD_LIMITS, false);
  const bytes = octets(text);
  reader.begin(length);
  const told: string[] = [];
  for (let at = 0; told.length < 20; at = reader.position) {
    const step = reader.step(bytes, at, bytes.length);
    told.push(`${step} ${text.slice(at, reader.position)}`.trimEnd());
    if (step === 'more' || step === 'end' || step === 'faulty') break;
  }
  return told;
}

describe('a body is read step by step', () => {
  test.each<[string, BodyLength, string, readonly string[]]>([
    ['none', NO_BODY, 'next', ['end']],
    ['of a length', 3 as BodyLength, 'abcnext', ['content abc', 'end']],
    ['of a length of which a part is here', 3 as BodyLength, 'ab', ['content ab', 'more']],
    ['until close', UNTIL_CLOSE, 'abc', ['content abc', 'more']],
    ['chunked, empty', CHUNKED, '0\r\n\r\nnext', ['framing 0', 'framing', 'end']],
    ['chunked', CHUNKED, '1\r\na\r\n0\r\n\r\n', ['framing 1', 'content a', 'framing', 'framing 0', 'framing', 'end']],
    ['chunked with trailers', CHUNKED, '0\r\nA: b\r\n\r\n', ['framing 0', 'trailer A: b', 'framing', 'end']],
    ['chunked, and nothing here', CHUNKED, '', ['more']],
  ])('%s', (_, length, text, told) => expect(steps(length, text)).toEqual(told));

  test('and another one with the same reader', () => {
    const reader = new BodyReader(DEFAULT_HEAD_LIMITS, false);
    const bytes = octets('ab');
    for (let count = 0; count < 2; count++) {
      reader.begin(2 as BodyLength);
      expect([reader.step(bytes, 0, 2), reader.position]).toEqual(['content', 2]);
      expect(reader.step(bytes, 2, 2)).toBe('end');
    }
  });
});

test('before a body has begun there is none', () => {
  const reader = new BodyReader(DEFAULT_HEAD_LIMITS, false);
  expect(reader.step(octets('abc'), 0, 3)).toBe('end');
  expect(reader.endsWithConnection).toBe(false);
});
