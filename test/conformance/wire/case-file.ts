import { type Named, bytesOf } from './block';

export type Side = 'client' | 'target';

/** What an answer that we write ourselves must be; its fields may stand in any order. */
export interface ExpectedAnswer {
  readonly statuses: readonly number[];
  readonly toMethod: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly absent: readonly string[];
  /** Undefined: any content will do. */
  readonly content: Buffer | undefined;
}

export type Step =
  | { readonly kind: 'send'; readonly side: Side; readonly bytes: Buffer }
  | { readonly kind: 'get'; readonly side: Side; readonly bytes: Buffer }
  | { readonly kind: 'get-at-most'; readonly side: Side; readonly bytes: Buffer }
  | { readonly kind: 'get-nothing'; readonly side: Side }
  | { readonly kind: 'answer'; readonly expected: ExpectedAnswer }
  | { readonly kind: 'end'; readonly side: Side; readonly how: 'closes' | 'resets' }
  | { readonly kind: 'see-end'; readonly side: Side; readonly how: 'closed' | 'reset' | 'cut off' };

/** One conversation of a client, the sidecar and a target. */
export interface Case {
  readonly name: string;
  readonly line: number;
  /** Environment variables that differ from the usual ones, as `NAME=value` in one text. */
  readonly settings: string;
  readonly isTargetDown: boolean;
  readonly isCut: boolean;
  readonly steps: readonly Step[];
}

interface Draft {
  readonly name: string;
  readonly line: number;
  settings: string;
  isTargetDown: boolean;
  isCut: boolean;
  readonly steps: Step[];
}

interface Sentence {
  readonly text: string;
  readonly line: number;
  /** The lines of the block that follows a sentence ending in a colon. */
  readonly block: readonly string[];
}

const bytesSince = (steps: readonly Step[], side: Side): Buffer => {
  const receiver: Side = side === 'client' ? 'target' : 'client';
  const seen = steps.findLastIndex(
    (step) => (step.kind === 'get' && step.side === receiver) || (step.kind === 'answer' && receiver === 'client'),
  );
  return Buffer.concat(
    steps.slice(seen + 1).flatMap((step) => (step.kind === 'send' && step.side === side ? [step.bytes] : [])),
  );
};

const statusesOf = (text: string): readonly number[] => text.split(' or ').map(Number);

const refusal = (statuses: readonly number[]): ExpectedAnswer => ({
  statuses,
  toMethod: 'GET',
  fields: [['Connection', 'close']],
  absent: [],
  content: undefined,
});

function answerOf(toMethod: string, block: readonly string[], named: Named): ExpectedAnswer {
  const blank = block.indexOf('');
  const [status = '', ...wishes] = blank < 0 ? block : block.slice(0, blank);
  const isAbsent = (wish: string): boolean => wish.startsWith('no ');
  return {
    statuses: statusesOf(status),
    toMethod,
    fields: wishes
      .filter((wish) => !isAbsent(wish))
      .map((wish) => {
        const colon = wish.indexOf(':');
        return [
          wish.slice(0, colon),
          bytesOf([`${wish.slice(colon + 1).trim()}\\`], named).toString('latin1'),
        ] as const;
      }),
    absent: wishes.filter(isAbsent).map((wish) => wish.slice('no '.length)),
    content: blank < 0 ? undefined : bytesOf(block.slice(blank + 1), named),
  };
}

type Reader = (match: readonly string[], sentence: Sentence, draft: Draft, named: Named) => readonly Step[];

const side = (text: string | undefined): Side => (text === 'target' ? 'target' : 'client');

/** A line that begins like this is meant as a sentence of the conversation; all other text is for the reader. */
const MEANT_AS_SENTENCE = /^(?:client|target|the connection|with [A-Z]|not cut)/;

const NEXT_REQUEST = Buffer.from('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
const NEXT_RESPONSE = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

/** Another exchange on the same two connections: proof that both sides agree where the message before it ended. */
export const NEXT_EXCHANGE: readonly Step[] = [
  { kind: 'send', side: 'client', bytes: NEXT_REQUEST },
  { kind: 'get', side: 'target', bytes: NEXT_REQUEST },
  { kind: 'send', side: 'target', bytes: NEXT_RESPONSE },
  { kind: 'get', side: 'client', bytes: NEXT_RESPONSE },
];

/** Every sentence that a case may hold. */
const SENTENCES: readonly (readonly [RegExp, Reader])[] = [
  [
    /^(client|target) sends:$/,
    (m, { block }, _draft, named) => [{ kind: 'send', side: side(m[1]), bytes: bytesOf(block, named) }],
  ],
  [
    /^(client|target) gets:$/,
    (m, { block }, _draft, named) => [{ kind: 'get', side: side(m[1]), bytes: bytesOf(block, named) }],
  ],
  [
    /^(client|target) gets the same\.$/,
    (m, _sentence, draft) => {
      const from = m[1] === 'client' ? 'target' : 'client';
      return [{ kind: 'get', side: side(m[1]), bytes: bytesSince(draft.steps, from) }];
    },
  ],
  [
    /^(client|target) gets at most:$/,
    (m, { block }, _draft, named) => [{ kind: 'get-at-most', side: side(m[1]), bytes: bytesOf(block, named) }],
  ],
  [/^(client|target) gets nothing\.$/, (m) => [{ kind: 'get-nothing', side: side(m[1]) }]],
  [
    /^client is refused with ([0-9]{3}(?: or [0-9]{3})*)\.$/,
    (m) => [
      { kind: 'answer', expected: refusal(statusesOf(m[1] ?? '')) },
      { kind: 'see-end', side: 'client', how: 'closed' },
    ],
  ],
  [
    /^client gets an answer(?: to ([A-Z]+))?:$/,
    (m, { block }, _draft, named) => [{ kind: 'answer', expected: answerOf(m[1] ?? 'GET', block, named) }],
  ],
  [
    /^(client|target) (closes|resets)\.$/,
    (m) => [{ kind: 'end', side: side(m[1]), how: m[2] === 'resets' ? 'resets' : 'closes' }],
  ],
  [
    /^(client|target) is (closed|reset|cut off)\.$/,
    (m) => [{ kind: 'see-end', side: side(m[1]), how: m[2] as 'closed' | 'reset' | 'cut off' }],
  ],
  [/^the connection is reused\.$/, () => NEXT_EXCHANGE],
  [
    /^with ([A-Z_]+=\S+)\.$/,
    (m, _sentence, draft) => {
      draft.settings = [draft.settings, m[1]].filter(Boolean).join(' ');
      return [];
    },
  ],
  [
    /^target is down\.$/,
    (_m, _sentence, draft) => {
      draft.isTargetDown = true;
      return [];
    },
  ],
  [
    /^not cut\.$/,
    (_m, _sentence, draft) => {
      draft.isCut = false;
      return [];
    },
  ],
];

function addSentence(draft: Draft, sentence: Sentence, named: Named): void {
  for (const [pattern, read] of SENTENCES) {
    const match = pattern.exec(sentence.text);
    if (match !== null) {
      draft.steps.push(...read([...match], sentence, draft, named));
      return;
    }
  }
  throw new Error(`line ${sentence.line}: not a sentence that a case may hold: ${sentence.text}`);
}

/** Reads a block that opens at `lines[from]` or below, after blank lines; undefined when there is none. */
function blockAfter(lines: readonly string[], from: number): { block: readonly string[]; next: number } | undefined {
  const open = lines.findIndex((line, index) => index >= from && line !== '');
  if (open < 0 || lines[open]?.startsWith('```') !== true) return undefined;
  const close = lines.indexOf('```', open + 1);
  return close < 0 ? undefined : { block: lines.slice(open + 1, close), next: close + 1 };
}

/** Reads the cases of one Markdown file; docs/wire-cases.md describes the format. */
export function readCases(markdown: string, named: Named = {}): readonly Case[] {
  const lines = markdown.split('\n');
  const cases: Draft[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    const line = at + 1;
    if (text.startsWith('## ')) {
      cases.push({ name: text.slice(3), line, settings: '', isTargetDown: false, isCut: true, steps: [] });
    } else if (MEANT_AS_SENTENCE.test(text)) {
      const draft = cases.at(-1);
      if (draft === undefined) throw new Error(`line ${line}: stands before the first case`);
      const found = text.endsWith(':') ? blockAfter(lines, at + 1) : { block: [], next: at + 1 };
      if (found === undefined) throw new Error(`line ${line}: no block follows`);
      addSentence(draft, { text, line, block: found.block }, named);
      at = found.next - 1;
    } else if (text.startsWith('```')) {
      throw new Error(`line ${line}: a block that no sentence announces`);
    }
  }
  return cases;
}
