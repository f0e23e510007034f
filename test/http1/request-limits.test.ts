import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS, MAX_CHUNK_LINE_BYTES } from '../../src/http1/limits';
import { expectRefusedRequest, expectRequests, octets } from '../support/expect-reading';
import { readRequests } from '../support/reading';

const LINE = 'GET / HTTP/1.1\r\n';
const HOST = 'Host: a\r\n';
/** Small ones, so that every place of a head at its bound can be cut. */
const OPTIONS = { limits: { maxHeadBytes: 60, maxRequestLineBytes: 30, maxFields: 3 } };

const lineOf = (length: number): string => `GET /${'x'.repeat(length - LINE.length)} HTTP/1.1\r\n`;
/** A field line of that many bytes, its line end included. */
const fieldOf = (length: number): string => `X:${'y'.repeat(length - 4)}\r\n`;
const told = (target: string, fields: string, body = '0 bytes'): string =>
  `head GET ${target} 1.1 [Host: a]${fields}, ${body}, persistent`;

describe('a request line', () => {
  test('of as many bytes as allowed is taken, its line end counted', () => {
    expectRequests(`${lineOf(30)}${HOST}\r\n`, [told(`/${'x'.repeat(14)}`, '')], OPTIONS);
  });

  test('of one byte more is refused at that byte', () => {
    const upTo = lineOf(31);
    expectRefusedRequest(upTo, { fault: 'request-line-too-long' }, OPTIONS);
  });

  test.each([
    ['in the method', 'M'.repeat(31)],
    ['behind the method', `${'M'.repeat(29)} /`],
    ['in the target', `GET /${'x'.repeat(26)}`],
    ['in the version', `GET /${'x'.repeat(20)} HTTP/`],
  ])('that does not end is refused at the first byte too many: %s', (_, upTo) => {
    expectRefusedRequest(upTo, { fault: 'request-line-too-long' }, OPTIONS);
  });

  test('may be longer than a head only where the head may be so too', () => {
    const limits = { ...OPTIONS.limits, maxHeadBytes: 20 };
    expectRefusedRequest(lineOf(30), { fault: 'head-too-large' }, { limits });
  });
});

describe('A method', () => {
  test('A method of 64 bytes is accepted, and a longer one is not, within the limit of the request line.', () => {
    expectRequests(`${'M'.repeat(64)} / HTTP/1.1\r\n${HOST}\r\n`, [told('/', '').replace('GET', 'M'.repeat(64))]);
    expectRefusedRequest('M'.repeat(65), { fault: 'bad-request-line' });
  });
});

describe('a head', () => {
  const room = OPTIONS.limits.maxHeadBytes - LINE.length - HOST.length - 2;

  test('of as many bytes as allowed is taken, and whatever follows it is another matter', () => {
    const head = `${LINE}${HOST}${fieldOf(room)}\r\n`;
    const seen = told('/', `[X: ${'y'.repeat(room - 4)}]`);
    expectRequests(head, [seen], OPTIONS);
    expectRequests(`${head}${head}`, [seen, seen], OPTIONS);
  });

  test('of one byte more is refused at that byte', () => {
    expectRefusedRequest(`${LINE}${HOST}${fieldOf(room + 1)}\r\n`, { fault: 'head-too-large' }, OPTIONS);
  });

  test.each([
    ['in a name', `${LINE}${HOST}${'X'.repeat(36)}`],
    ['in a value', `${LINE}${HOST}X:${'y'.repeat(34)}`],
    ['behind a value', `${LINE}${HOST}${fieldOf(room + 2)}\r`],
    ['behind a CR', `${LINE}${HOST}${fieldOf(room + 1)}\r\n`],
  ])('that does not end is refused at the first byte too many: %s', (_, upTo) => {
    expectRefusedRequest(upTo, { fault: 'head-too-large' }, OPTIONS);
  });

  test('counts afresh for each request', () => {
    const head = `${LINE}${HOST}${fieldOf(20)}\r\n`;
    const seen = told('/', `[X: ${'y'.repeat(16)}]`);
    expectRequests(head.repeat(4), [seen, seen, seen, seen], OPTIONS);
  });
});

describe('fields', () => {
  const taken = `${LINE}${HOST}A:\r\nB:\r\n`;

  test('as many as allowed are taken', () => {
    expectRequests(`${taken}\r\n`, [told('/', '[A: ][B: ]')], OPTIONS);
  });

  test('one more is refused at the end of its line', () => {
    expectRefusedRequest(`${taken}C:\r\n`, { fault: 'too-many-fields' }, OPTIONS);
  });
});

describe('A head that is repaired has the limits of one that is not.', () => {
  const lfHead = (length: number): string => {
    const rest = 'GET / HTTP/1.1\nHost: a\n'.length + 'X:\n'.length + 1;
    return `GET / HTTP/1.1\nHost: a\nX:${'y'.repeat(length - rest)}\n\n`;
  };
  const foldedHead = (length: number): string => {
    const start = `${LINE}${HOST}X: y\r\n `;
    return `${start}${'z'.repeat(length - start.length - 4)}\r\n\r\n`;
  };

  test('A head of LF may have as many bytes as allowed, before the repair adds CRs.', () => {
    expectRequests(lfHead(60), [told('/', `[X: ${'y'.repeat(33)}]`)], OPTIONS);
    expectRefusedRequest(lfHead(61), { fault: 'head-too-large' }, OPTIONS);
  });

  test('A folded head may have as many bytes as allowed.', () => {
    expectRequests(foldedHead(60), [told('/', `[X: y ${'z'.repeat(24)}]`)], OPTIONS);
    expectRefusedRequest(foldedHead(61), { fault: 'head-too-large' }, OPTIONS);
  });

  test('A folded line that never ends is refused at the first byte too many.', () => {
    expectRefusedRequest(`${LINE}${HOST}X: y\r\n ${'z'.repeat(29)}`, { fault: 'head-too-large' }, OPTIONS);
  });

  test('A request line that ends in LF may have as many bytes as allowed.', () => {
    const lfLine = (length: number): string => `GET /${'x'.repeat(length - 15)} HTTP/1.1\n`;
    expectRequests(`${lfLine(30)}Host: a\n\n`, [told(`/${'x'.repeat(15)}`, '')], OPTIONS);
    expectRefusedRequest(lfLine(31), { fault: 'request-line-too-long' }, OPTIONS);
  });

  test('A folded field counts as one field, however many lines it has.', () => {
    const folded = 'A: b\r\n c\r\n\td\r\n \r\n';
    expectRequests(`${LINE}${HOST}${folded}B:\r\n\r\n`, [told('/', '[A: b c d][B: ]')], OPTIONS);
    expectRefusedRequest(`${LINE}${HOST}${folded}B:\r\nC:\r\n`, { fault: 'too-many-fields' }, OPTIONS);
  });

  test('A head of LF may have as many fields as allowed.', () => {
    expectRequests('GET / HTTP/1.1\nHost: a\nA:\nB:\n\n', [told('/', '[A: ][B: ]')], OPTIONS);
    expectRefusedRequest('GET / HTTP/1.1\nHost: a\nA:\nB:\nC:\n', { fault: 'too-many-fields' }, OPTIONS);
  });
});

describe('empty lines before a head', () => {
  test('as long as a head may be are taken', () => {
    expectRequests(`${'\r\n'.repeat(30)}${LINE}${HOST}\r\n`, [told('/', '')], OPTIONS);
  });

  test('count afresh for each head', () => {
    const request = `${'\r\n'.repeat(20)}${LINE}${HOST}\r\n`;
    expectRequests(request.repeat(3), [told('/', ''), told('/', ''), told('/', '')], OPTIONS);
  });

  test('that are more are refused at the end of the first too many', () => {
    expectRefusedRequest('\r\n'.repeat(31), { fault: 'head-too-large', at: 62 }, OPTIONS);
    expectRefusedRequest('\n'.repeat(61), { fault: 'head-too-large', at: 61 }, OPTIONS);
    expectRefusedRequest(`${'\n'.repeat(59)}\r\n`, { fault: 'head-too-large', at: 61 }, OPTIONS);
  });

  test('The place of the refusal does not depend on the number of empty lines after it.', () => {
    for (const pieces of [[octets('\r\n'.repeat(40))], Array.from('\r\n'.repeat(40), (octet) => octets(octet))]) {
      expect(readRequests(pieces, OPTIONS).seen).toEqual([
        { what: 'faulty', from: 62, to: 62, text: 'head-too-large' },
      ]);
    }
  });
});

const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const before = ['head POST / 1.1 [Host: a][Transfer-Encoding: chunked], chunked, persistent'];
/** Room for the head above, and for trailers alike. */
const TRAILER_OPTIONS = { limits: { maxHeadBytes: CHUNKED.length, maxRequestLineBytes: 30, maxFields: 2 } };

const trailerLines = (...lines: readonly string[]): readonly string[] =>
  lines.map((line) => `trailer ${JSON.stringify(`${line}\r\n`)}`);
const trailersBefore = (...lines: readonly string[]): readonly string[] => [
  ...before,
  'framing "0\\r\\n"',
  ...trailerLines(...lines),
];
const withTrailers = (...lines: readonly string[]): readonly string[] => [
  ...trailersBefore(...lines),
  'framing "\\r\\n"',
  'end',
];

describe('trailers', () => {
  const at = CHUNKED.length + 3;
  const room = CHUNKED.length - 2;
  const valueOf = (length: number): string => fieldOf(length).slice(0, -2);

  test('of as many bytes as a head may have are taken, the empty line counted', () => {
    const seen = withTrailers(valueOf(room - 10), valueOf(10));
    expectRequests(`${CHUNKED}0\r\n${fieldOf(room - 10)}${fieldOf(10)}\r\n`, seen, TRAILER_OPTIONS);
  });

  test.each([
    ['one byte more, in the empty line', `${fieldOf(room + 1)}\r\n`, room + 1],
    ['two bytes more', `${fieldOf(room + 2)}\r`, room + 2],
    ['one line that does not end', `X:${'y'.repeat(CHUNKED.length - 1)}`, 0],
    ['one line that does not end after another', `X:\r\nX:${'y'.repeat(CHUNKED.length - 5)}`, 4],
    ['one name that does not end', 'X'.repeat(CHUNKED.length + 1), 0],
  ])('%s: refused at the first byte too many', (_, trailers, taken) => {
    const lines = taken === 0 ? [] : [trailers.slice(0, taken - 2)];
    expectRefusedRequest(
      `${CHUNKED}0\r\n${trailers}`,
      { fault: 'head-too-large', before: trailersBefore(...lines), at: at + taken },
      TRAILER_OPTIONS,
    );
  });

  test('as many as a head may have are taken', () => {
    expectRequests(`${CHUNKED}0\r\nA:\r\nB:\r\n\r\n`, withTrailers('A:', 'B:'), TRAILER_OPTIONS);
  });

  test('one more is refused at the end of its line', () => {
    expectRefusedRequest(
      `${CHUNKED}0\r\nA:\r\nB:\r\nC:\r\n`,
      { fault: 'too-many-fields', before: trailersBefore('A:', 'B:'), at: at + 8 },
      TRAILER_OPTIONS,
    );
  });

  test('count afresh for each body', () => {
    const one = withTrailers('A:', 'B:');
    expectRequests(`${CHUNKED}0\r\nA:\r\nB:\r\n\r\n`.repeat(2), [...one, ...one], TRAILER_OPTIONS);
  });
});

describe('the limits that hold by default', () => {
  const { maxHeadBytes, maxRequestLineBytes, maxFields } = DEFAULT_HEAD_LIMITS;
  const seenAt = (text: string): readonly (string | undefined)[] =>
    readRequests([octets(text)]).seen.map(({ what, text: fault }) => (what === 'faulty' ? fault : what));
  const chunkLineOf = (length: number): string => `${CHUNKED}1;${'x'.repeat(length - 4)}\r\n`;

  test.each([
    [
      'a request line of 32 KiB',
      lineOf(maxRequestLineBytes) + HOST,
      'request-line-too-long',
      lineOf(maxRequestLineBytes + 1),
    ],
    [
      'a head of 64 KiB',
      `${LINE}${HOST}${fieldOf(maxHeadBytes - 27)}\r\n`,
      'head-too-large',
      `${LINE}${HOST}${fieldOf(maxHeadBytes - 26)}\r\n`,
    ],
    [
      '1000 fields',
      `${LINE}${HOST}${'A:\r\n'.repeat(maxFields - 1)}`,
      'too-many-fields',
      `${LINE}${HOST}${'A:\r\n'.repeat(maxFields)}`,
    ],
    ['a chunk line of 4 KiB', chunkLineOf(MAX_CHUNK_LINE_BYTES), 'bad-chunk', chunkLineOf(MAX_CHUNK_LINE_BYTES + 1)],
  ])('%s is taken, and nothing larger', (_, taken, fault, refused) => {
    expect(seenAt(taken)).not.toContain(fault);
    expect(seenAt(refused)).toContain(fault);
    expect(seenAt(refused.slice(0, -1))).not.toContain(fault);
  });
});
