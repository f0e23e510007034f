import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listenAsBareTunnel } from '../../support/bare-tunnel';
import { listenAsTarget } from '../../support/scripted-target';
import { bytesOf } from './block';
import { type Case, NEXT_EXCHANGE, readCases } from './case-file';
import { byteByByte, cutsOf, placesOf, whole } from './cuts';
import { type Stage, play } from './run-case';

const latin1 = (lines: readonly string[]): string => bytesOf(lines, { page: Buffer.from('<p>') }).toString('latin1');

describe('a block of bytes', () => {
  test.each([
    [['GET / HTTP/1.1', '', ''], 'GET / HTTP/1.1\r\n\r\n\r\n'],
    [['no line end\\'], 'no line end'],
    [['one\\n\\', 'two'], 'one\ntwo\r\n'],
    [['\\r\\n\\t\\0\\\\\\x7f\\'], '\r\n\t\0\\\x7f'],
    [['a backslash\\\\'], 'a backslash\\\r\n'],
    [['\\{3*ab}\\{2*\\r\\n}\\'], 'ababab\r\n\r\n'],
    [['\\{page}\\'], '<p>'],
    [['é\\'], '\xc3\xa9'],
  ])('%j stands for %j', (lines, bytes) => {
    expect(latin1(lines)).toBe(bytes);
  });

  test.each([['\\q'], ['\\{nobody}'], ['\\x1']])('%s is refused: it stands for nothing', (line) => {
    expect(() => latin1([line])).toThrow('unknown');
  });
});

describe('a file of cases', () => {
  const fence = '```';
  const conversation = ['client sends:', '', `${fence}http`, 'a\\', fence, '', 'target gets the same.'];

  test('holds one case for each heading, with its sentences in order', () => {
    const [first, second] = readCases(
      ['# Title', '## One', 'Why.', ...conversation, '## Two', 'client closes.'].join('\n'),
    );
    expect(first).toMatchObject({ name: 'One', isCut: true, settings: '' });
    expect(first?.steps.map(({ kind }) => kind)).toEqual(['send', 'get']);
    expect(second?.steps).toEqual([{ kind: 'end', side: 'client', how: 'closes' }]);
  });

  test('"the same" is all that the other side has sent since', () => {
    const twice = [...conversation.slice(0, 5), ...conversation];
    const [only] = readCases(['## One', ...twice, ...conversation].join('\n'));
    const got = only?.steps.filter((step) => step.kind === 'get').map(({ bytes }) => bytes.toString());
    expect(got).toEqual(['aa', 'a']);
  });

  test('may have another exchange on the same connection, in one sentence', () => {
    const [only] = readCases('## One\nthe connection is reused.');
    expect(only?.steps.map((step) => ('side' in step ? [step.kind, step.side] : []))).toEqual([
      ['send', 'client'],
      ['get', 'target'],
      ['send', 'target'],
      ['get', 'client'],
    ]);
  });

  test('may change the settings, and may ask not to be cut', () => {
    const [only] = readCases('## One\nwith MAX_FIELDS=2.\n\nwith HOST=::1.\n\nnot cut.\n\ntarget is down.');
    expect(only).toMatchObject({ settings: 'MAX_FIELDS=2 HOST=::1', isCut: false, isTargetDown: true });
  });

  test.each([
    ['## One\nclient dances.', 'line 2: not a sentence'],
    ['## One\nthe connection is old.', 'line 2: not a sentence'],
    ['## One\nclient sends:\n\nHello', 'line 2: no block follows'],
    [`## One\n${fence}\nx\n${fence}`, 'line 2: a block that no sentence announces'],
    ['client closes.', 'line 1: stands before the first case'],
  ])('%j is refused with the line that is wrong', (markdown, message) => {
    expect(() => readCases(markdown)).toThrow(message);
  });
});

describe('the cuts of a case', () => {
  test('fall where the kind of byte changes and near both ends, and not inside words', () => {
    expect(placesOf(Buffer.from('GET /abc\r\n\r\n'))).toEqual([1, 3, 4, 5, 8, 9, 10, 11]);
  });

  test('cover both sides, whole and byte by byte included', () => {
    const steps = (['client', 'target'] as const).map(
      (side) => ({ kind: 'send', side, bytes: Buffer.from('ab') }) as const,
    );
    const one: Case = { name: '', line: 1, settings: '', isTargetDown: false, isCut: true, steps };
    expect(cutsOf(one).map(({ name }) => name)).toEqual([
      'whole',
      'byte by byte',
      'step 1 (client sends) cut after byte 1',
      'step 2 (target sends) cut after byte 1',
    ]);
    expect(cutsOf({ ...one, isCut: false })).toEqual([whole]);
    expect(cutsOf({ ...one, steps: [...steps, ...NEXT_EXCHANGE] })).toHaveLength(4);
    expect(byteByByte.pieces(0, Buffer.from('ab')).map(String)).toEqual(['a', 'b']);
  });
});

describe('a case that is played', () => {
  let stage: Stage & { close(): Promise<void> };

  beforeAll(async () => {
    const target = await listenAsTarget();
    const tunnel = await listenAsBareTunnel(target.port);
    stage = {
      port: tunnel.port,
      target,
      close: async () => {
        await target.close();
        await tunnel.close();
      },
    };
  });
  afterAll(() => stage.close());

  const playText = async (...sentences: readonly string[]): Promise<void> => {
    const [only] = readCases(`## It\n${sentences.join('\n\n')}`);
    if (only === undefined) throw new Error('no case');
    for (const cut of cutsOf(only)) await play(only, stage, cut);
  };
  const block = (text: string): string => `\`\`\`http\n${text}\\\n\`\`\``;

  test('is kept by what copies bytes, ends and resets', async () => {
    const hello = [
      'client sends:',
      block('hello'),
      'target gets the same.',
      'target sends:',
      block('you too'),
      'client gets the same.',
    ];
    await expect(playText(...hello)).resolves.toBeUndefined();
    await expect(playText(...hello, 'client closes.', 'target is closed.')).resolves.toBeUndefined();
    await expect(playText(...hello, 'target resets.', 'client is reset.')).resolves.toBeUndefined();
  });

  test.each([
    ['other bytes', ['client sends:', block('hello'), 'target gets:', block('hellp')], 'expected "hellp"'],
    [
      'too much',
      ['client sends:', block('hello'), 'target gets:', block('hell')],
      'the target got what the case does not mention',
    ],
    ['anything at all', ['client sends:', block('hello'), 'target gets nothing.'], 'the target was connected to'],
    [
      'more than the most',
      ['client sends:', block('hello'), 'client closes.', 'target closes.', 'target gets at most:', block('hell')],
      'the target got more',
    ],
    [
      'the wrong end',
      ['client sends:', block('hello'), 'target gets the same.', 'client closes.', 'target is reset.'],
      'expected the target to be reset',
    ],
    [
      'an answer that is none',
      ['client sends:', block('hello'), 'target sends:', block('200 OK\\r\\n\\r\\n'), 'client is refused with 400.'],
      'not a status line',
    ],
    [
      'an end in place of bytes',
      ['client sends:', block('a'), 'target closes.', 'client gets:', block('a')],
      'but it was closed',
    ],
  ])('fails on %s, and says where', async (_what, sentences, message) => {
    await expect(playText(...sentences)).rejects.toThrow(message);
  });
});
