import { describe, expect, test } from '@jest/globals';
import { expectRefusedResponse, expectResponses } from '../support/expect-reading';

const LINE = 'HTTP/1.1 200 OK\r\n';
const IS_CHUNKED = 'head 200 (OK) 1.1 [Transfer-Encoding: chunked], chunked, persistent';

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
    ['in a line that has no colon yet', `${LINE}(${'X'.repeat(23)}`],
    ['in an irregular status line', `http/1.1  200 ${'x'.repeat(27)}`],
    ['in the empty line of a head of LF', `HTTP/1.1 200 OK\nX:${'y'.repeat(21)}\n\n`],
  ])('is refused at the first byte too many: %s', (_, upTo) => expectRefused(upTo, 'head-too-large'));

  test('of as many fields as allowed is taken, and a folded one counts once', () => {
    expectTaken(`${LINE}A:\r\nB:\r\n\r\n`, ['head 200 (OK) 1.1 [A: ][B: ], 0 bytes, persistent', 'end']);
    expectTaken(`${LINE}A:\r\n a\r\n b\r\nB:\r\n\r\n`, ['head 200 (OK) 1.1 [A: a b][B: ], 0 bytes, persistent', 'end']);
  });

  test('A head of LF may have as many bytes as allowed, before the repair adds CRs.', () => {
    const head = `HTTP/1.1 200 OK\nX:${'y'.repeat(20)}\n\n`;
    expect(head).toHaveLength(LIMITS.maxHeadBytes);
    expectTaken(head, [`head 200 (OK) 1.1 [X: ${'y'.repeat(20)}], 0 bytes, persistent`, 'end']);
  });

  test('A line without a colon counts as a field, although it is dropped.', () => {
    expectTaken(`${LINE}A\r\nB:\r\n\r\n`, ['head 200 (OK) 1.1 [B: ], 0 bytes, persistent', 'end']);
    expectRefused(`${LINE}A\r\nB\r\nC\r\n`, 'too-many-fields');
  });

  test('is refused at the end of the first field too many', () =>
    expectRefused(`${LINE}A:\r\nB:\r\nC:\r\n`, 'too-many-fields'));
});

describe('Trailers at their limits', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const LIMITS = { maxHeadBytes: HEAD.length, maxRequestLineBytes: 1, maxFields: 2 };
  const at = HEAD.length + 3;
  const before = [IS_CHUNKED, 'framing "0\\r\\n"'];
  const repaired = (regular: string): readonly string[] => [...before, `repaired ${JSON.stringify(regular)}`, 'end'];
  const regular = (section: string): readonly string[] => [
    IS_CHUNKED,
    `framing ${JSON.stringify(`0\r\n${section}`)}`,
    'end',
  ];
  const expectTaken = (section: string, told: readonly string[]): void =>
    expectResponses(`${HEAD}0\r\n${section}`, told, ['GET'], LIMITS);
  const expectRefused = (section: string, fault: string): void =>
    expectRefusedResponse(`${HEAD}0\r\n${section}`, { fault, before, at }, ['GET'], LIMITS);
  const room = HEAD.length - 2;

  test('Trailers may have as many bytes as a head, the empty line included.', () => {
    const section = `A:${'b'.repeat(room - 10)}\r\nC:dd\r\n\r\n`;
    expect(section).toHaveLength(HEAD.length);
    expectTaken(section, regular(section));
  });

  test('Trailers with LF may have as many bytes as a head, before the repair adds CRs.', () => {
    expectTaken(`A:${'b'.repeat(room - 2)}\n\n`, repaired(`A:${'b'.repeat(room - 2)}\r\n\r\n`));
  });

  test.each([
    ['in the empty line', `A:${'b'.repeat(room - 3)}\r\n\r\n`],
    ['in the empty line of LF', `A:${'b'.repeat(room - 1)}\n\n`],
    ['behind the last line', `A:${'b'.repeat(room - 2)}\r\n\r`],
    ['in a value', `A:${'b'.repeat(HEAD.length - 1)}`],
    ['in a name', 'A'.repeat(HEAD.length + 1)],
    ['in a folded line', `A:b\r\n ${'c'.repeat(HEAD.length - 5)}`],
  ])('Longer trailers are refused at the first byte too many: %s.', (_, section) => {
    expectRefused(section, 'head-too-large');
  });

  test('Trailers may have as many fields as a head, and a folded one counts once.', () => {
    expectTaken('A:\r\n a\r\n\tb\r\nB:\r\n\r\n', repaired('A: a b\r\nB:\r\n\r\n'));
    expectRefused('A:\r\n a\r\nB:\r\nC:\r\n', 'too-many-fields');
  });

  test('The limits count anew for each body.', () => {
    const section = 'A:\r\nB:\r\n\r\n';
    const twice = [...regular(section), ...regular(section)];
    expectResponses(`${HEAD}0\r\n${section}`.repeat(2), twice, ['GET'], LIMITS);
  });
});

describe('Empty lines before a response', () => {
  const LIMITS = { maxHeadBytes: 40, maxRequestLineBytes: 1, maxFields: 2 };
  const OK = 'HTTP/1.1 204 OK\r\n\r\n';
  const GOT = ['head 204 (OK) 1.1 , 0 bytes, persistent', 'end'];

  test('Empty lines may be as long as a head.', () => {
    expectResponses(`${'\r\n'.repeat(20)}${OK}`, GOT, ['GET'], LIMITS);
    expectResponses(`${'\n'.repeat(40)}${OK}`, GOT, ['GET'], LIMITS);
    expectResponses(`${'\r\n'.repeat(15)}${OK}`.repeat(3), [...GOT, ...GOT, ...GOT], ['GET'], LIMITS);
  });

  test('More empty lines are refused at the end of the first too many.', () => {
    for (const lines of ['\r\n'.repeat(21), `${'\n'.repeat(40)}\r\n`]) {
      expectRefusedResponse(lines, { fault: 'head-too-large', at: 42 }, ['GET'], LIMITS);
    }
    expectRefusedResponse('\n'.repeat(41), { fault: 'head-too-large', at: 41 }, ['GET'], LIMITS);
  });
});
