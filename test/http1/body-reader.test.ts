import { describe, expect, test } from '@jest/globals';
import { type BodyLength, CHUNKED, NO_BODY, UNTIL_CLOSE } from '../../src/http1/body-length';
import { BodyReader } from '../../src/http1/body-reader';
import { scanChunkLine } from '../../src/http1/chunk-line';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { FAULTY, INCOMPLETE } from '../../src/http1/progress';
import { octets } from './expect-reading';

describe('a chunk line', () => {
  const scan = (text: string, allowsPadding = false): readonly [number, number] => {
    const line = { size: -1 };
    const bytes = octets(`<${text}>`);
    const at = scanChunkLine(bytes, 1, bytes.length - 1, line, allowsPadding);
    return [at < 0 ? at : at - 1, line.size];
  };

  test.each([
    ['0\r\n', 0],
    ['1\r\n', 1],
    ['a\r\n', 10],
    ['F\r\n', 15],
    ['1aB\r\n', 427],
    ['0000000000005\r\n', 5],
    ['5;\r\n', 5],
    ['5;a\r\n', 5],
    ['5;a=b;c="d e;\\""\r\n', 5],
    ['5 \t;a\r\n', 5],
    ['5;\xff\t \r\n', 5],
  ])('%j gives the size %i', (text, size) => {
    expect(scan(text)).toEqual([text.length, size]);
    expect(scan(`${text}5\r\n`)).toEqual([text.length, size]);
    for (let end = 1; end < text.length; end++) expect(scan(text.slice(0, end))[0]).toBe(INCOMPLETE);
  });

  test('may be padded where that is allowed, and only there', () => {
    expect(scan('5  \t\r\n', true)).toEqual([6, 5]);
    expect(scan('5 \r\n')[0]).toBe(FAULTY);
    expect(scan('5 x\r\n', true)[0]).toBe(FAULTY);
  });

  test('has 13 digits at most, so that no size is beyond what a number counts exactly', () => {
    expect(scan('0000000000001')[0]).toBe(INCOMPLETE);
    expect(scan('00000000000001')[0]).toBe(FAULTY);
  });

  test('stays below 2^31, unless it is that of a response', () => {
    expect(scan('7fffffff\r\n')).toEqual([10, 2 ** 31 - 1]);
    expect(scan('80000000\r\n')[0]).toBe(FAULTY);
    expect(scan('80000000\r\n', true)).toEqual([10, 2 ** 31]);
    expect(scan('fffffffffffff\r\n', true)).toEqual([15, 2 ** 52 - 1]);
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
    ['chunked with trailers', CHUNKED, '0\r\nA: b\r\n\r\n', ['framing 0', 'framing A: b', 'framing', 'end']],
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
