import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS, MAX_CHUNK_LINE_BYTES } from '../../src/http1/limits';
import { expectRefusedRequest, expectRequests, octets } from './expect-reading';
import { readRequests } from './reading';

const LINE = 'GET / HTTP/1.1\r\n';
const HOST = 'Host: a\r\n';
/** Small ones, so that every place of a head at its bound can be cut. */
const LIMITS = { maxHeadBytes: 60, maxRequestLineBytes: 30, maxFields: 3 };

const lineOf = (length: number): string => `GET /${'x'.repeat(length - LINE.length)} HTTP/1.1\r\n`;
/** A field line of that many bytes, its line end included. */
const fieldOf = (length: number): string => `X:${'y'.repeat(length - 4)}\r\n`;
const told = (target: string, fields: string, body = '0 bytes'): string =>
  `head GET ${target} 1.1 [Host: a]${fields}, ${body}, persistent`;

describe('a request line', () => {
  test('of as many bytes as allowed is taken, its line end counted', () => {
    expectRequests(`${lineOf(30)}${HOST}\r\n`, [told(`/${'x'.repeat(14)}`, '')], LIMITS);
  });

  test('of one byte more is refused at that byte', () => {
    const upTo = lineOf(31);
    expectRefusedRequest(upTo, { fault: 'request-line-too-long' }, LIMITS);
  });

  test.each([
    ['in the method', 'M'.repeat(31)],
    ['in the target', `GET /${'x'.repeat(26)}`],
    ['in the version', `GET /${'x'.repeat(20)} HTTP/`],
  ])('that does not end is refused at the first byte too many: %s', (_, upTo) => {
    expectRefusedRequest(upTo, { fault: 'request-line-too-long' }, LIMITS);
  });

  test('may be longer than a head only where the head may be so too', () => {
    const limits = { ...LIMITS, maxHeadBytes: 20 };
    expectRefusedRequest(lineOf(30), { fault: 'head-too-large' }, limits);
  });
});

describe('a head', () => {
  const room = LIMITS.maxHeadBytes - LINE.length - HOST.length - 2;

  test('of as many bytes as allowed is taken, and whatever follows it is another matter', () => {
    const head = `${LINE}${HOST}${fieldOf(room)}\r\n`;
    const seen = told('/', `[X: ${'y'.repeat(room - 4)}]`);
    expectRequests(head, [seen], LIMITS);
    expectRequests(`${head}${head}`, [seen, seen], LIMITS);
  });

  test('of one byte more is refused at that byte', () => {
    expectRefusedRequest(`${LINE}${HOST}${fieldOf(room + 1)}\r\n`, { fault: 'head-too-large' }, LIMITS);
  });

  test.each([
    ['in a name', `${LINE}${HOST}${'X'.repeat(36)}`],
    ['in a value', `${LINE}${HOST}X:${'y'.repeat(34)}`],
    ['behind a value', `${LINE}${HOST}${fieldOf(room + 2)}\r`],
    ['behind a CR', `${LINE}${HOST}${fieldOf(room + 1)}\r\n`],
  ])('that does not end is refused at the first byte too many: %s', (_, upTo) => {
    expectRefusedRequest(upTo, { fault: 'head-too-large' }, LIMITS);
  });

  test('counts afresh for each request', () => {
    const head = `${LINE}${HOST}${fieldOf(20)}\r\n`;
    const seen = told('/', `[X: ${'y'.repeat(16)}]`);
    expectRequests(head.repeat(4), [seen, seen, seen, seen], LIMITS);
  });
});

describe('fields', () => {
  const taken = `${LINE}${HOST}A:\r\nB:\r\n`;

  test('as many as allowed are taken', () => {
    expectRequests(`${taken}\r\n`, [told('/', '[A: ][B: ]')], LIMITS);
  });

  test('one more is refused at the end of its line', () => {
    expectRefusedRequest(`${taken}C:\r\n`, { fault: 'too-many-fields' }, LIMITS);
  });
});

describe('empty lines before a head', () => {
  test('as long as a head may be are taken', () => {
    expectRequests(`${'\r\n'.repeat(30)}${LINE}${HOST}\r\n`, [told('/', '')], LIMITS);
  });

  test('count afresh for each head', () => {
    const request = `${'\r\n'.repeat(20)}${LINE}${HOST}\r\n`;
    expectRequests(request.repeat(3), [told('/', ''), told('/', ''), told('/', '')], LIMITS);
  });

  test('that are more are refused at the end of the first too many', () => {
    expectRefusedRequest('\r\n'.repeat(31), { fault: 'head-too-large', at: 62 }, LIMITS);
  });
});

const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const before = ['head POST / 1.1 [Host: a][Transfer-Encoding: chunked], chunked, persistent'];
/** Room for the head above, and for trailers alike. */
const TRAILER_LIMITS = { maxHeadBytes: CHUNKED.length, maxRequestLineBytes: 30, maxFields: 2 };

describe('trailers', () => {
  const at = CHUNKED.length + 3;
  const room = CHUNKED.length - 2;

  test('of as many bytes as a head may have are taken, the empty line counted', () => {
    const trailers = `${fieldOf(room - 10)}${fieldOf(10)}\r\n`;
    const framing = `framing ${JSON.stringify(`0\r\n${trailers}`)}`;
    expectRequests(`${CHUNKED}0\r\n${trailers}`, [...before, framing, 'end'], TRAILER_LIMITS);
  });

  test.each([
    ['one byte more, in the empty line', `${fieldOf(room + 1)}\r\n`, room + 1],
    ['two bytes more', `${fieldOf(room + 2)}\r`, room + 2],
    ['one line that does not end', `X:${'y'.repeat(CHUNKED.length - 1)}`, 0],
  ])('%s: refused at the first byte too many', (_, trailers, taken) => {
    const seen = [...before, `framing ${JSON.stringify(`0\r\n${trailers.slice(0, taken)}`)}`];
    expectRefusedRequest(
      `${CHUNKED}0\r\n${trailers}`,
      { fault: 'head-too-large', before: seen, at: at + taken },
      TRAILER_LIMITS,
    );
  });

  test('as many as a head may have are taken', () => {
    const framing = `framing ${JSON.stringify('0\r\nA:\r\nB:\r\n\r\n')}`;
    expectRequests(`${CHUNKED}0\r\nA:\r\nB:\r\n\r\n`, [...before, framing, 'end'], TRAILER_LIMITS);
  });

  test('one more is refused at the end of its line', () => {
    const seen = [...before, `framing ${JSON.stringify('0\r\nA:\r\nB:\r\n')}`];
    expectRefusedRequest(
      `${CHUNKED}0\r\nA:\r\nB:\r\nC:\r\n`,
      { fault: 'too-many-fields', before: seen, at: at + 8 },
      TRAILER_LIMITS,
    );
  });

  test('count afresh for each body', () => {
    const request = `${CHUNKED}0\r\nA:\r\nB:\r\n\r\n`;
    const one = [...before, `framing ${JSON.stringify('0\r\nA:\r\nB:\r\n\r\n')}`, 'end'];
    expectRequests(request.repeat(2), [...one, ...one], TRAILER_LIMITS);
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
