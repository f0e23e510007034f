import { type BodyLength, CHUNKED, UNTIL_CLOSE } from '../../src/http1/body-length';
import { DEFAULT_HEAD_LIMITS, type HeadLimits } from '../../src/http1/limits';
import { type RequestHead, fieldsOf, targetOf } from '../../src/http1/request-head';
import { RequestReader } from '../../src/http1/request-reader';
import { type ResponseHead, reasonOf } from '../../src/http1/response-head';
import { ResponseReader } from '../../src/http1/response-reader';

/**
 * What a reader says of one stretch of the bytes it was fed, in words that do not depend on how they were cut: pieces of content
 * that touch are one, and so are pieces of framing. `from` and `to` count from the first byte of the connection.
 */
export interface Seen {
  readonly what: 'head' | 'interim' | 'content' | 'framing' | 'end' | 'closed' | 'faulty';
  readonly from: number;
  readonly to: number;
  /** The facts of a head, or the fault. */
  readonly text?: string;
}

export interface Reading {
  readonly seen: readonly Seen[];
  /** How many bytes had been offered when the fault was found; `undefined` where there is none. */
  readonly faultAfter: number | undefined;
}

interface ToldHead {
  readonly start: number;
  readonly text: string;
}

const NO_HEAD: ToldHead = { start: 0, text: 'no head' };

/** A reader of either kind, as far as {@link readAll} needs it. */
interface Stepping {
  readonly position: number;
  readonly fault: string;
  readonly head: ToldHead;
  step(bytes: Buffer, start: number, end: number): Seen['what'] | 'more';
}

const BODY = new Map<BodyLength, string>([
  [CHUNKED, 'chunked'],
  [UNTIL_CLOSE, 'until close'],
]);

const lengthOf = (body: BodyLength): string => BODY.get(body) ?? `${body} bytes`;

const fieldsText = (head: RequestHead | ResponseHead): string =>
  Array.from(fieldsOf(head), ({ name, value }) => `[${name}: ${value}]`).join('');

const tellRequest = (head: RequestHead): string => {
  const line = `${head.method} ${targetOf(head)} 1.${head.minorVersion} ${fieldsText(head)}`;
  const facts = [head.isPersistent ? 'persistent' : 'last', ...(head.asksToSwitch ? ['asks to switch'] : [])];
  return [line, lengthOf(head.body), ...facts].join(', ');
};

const tellResponse = (head: ResponseHead): string => {
  const line = `${head.statusCode} (${reasonOf(head)}) 1.${head.minorVersion} ${fieldsText(head)}`;
  return [line, lengthOf(head.body), head.isPersistent ? 'persistent' : 'last'].join(', ');
};

/** Feeds the pieces as a tunnel does: what was not used up is offered again with the next piece behind it. */
function readAll(reader: Stepping, pieces: readonly Buffer[]): Reading {
  const seen: Seen[] = [];
  let held: Buffer = Buffer.alloc(0);
  let offered = 0;
  for (const piece of pieces) {
    held = Buffer.concat([held, piece]);
    offered += piece.length;
    const base = offered - held.length;
    let at = 0;
    for (;;) {
      const what = reader.step(held, at, held.length);
      const to = reader.position;
      if (to < at || to > held.length) throw new Error(`the position went from ${at} to ${to} of ${held.length}`);
      if (what === 'more') {
        held = held.subarray(to);
        break;
      }
      if (what === 'faulty') {
        seen.push({ what, from: base + to, to: base + to, text: reader.fault });
        return { seen, faultAfter: offered };
      }
      note(seen, { what, from: base + at, to: base + to }, base, reader);
      at = to;
      if (what === 'closed') {
        held = Buffer.alloc(0);
        break;
      }
    }
  }
  return { seen, faultAfter: undefined };
}

const GROWS: ReadonlySet<Seen['what']> = new Set(['content', 'framing', 'closed']);

function note(seen: Seen[], next: Seen, base: number, { head }: Stepping): void {
  const last = seen[seen.length - 1];
  if (GROWS.has(next.what) && last?.what === next.what && last.to === next.from) {
    seen[seen.length - 1] = { ...last, to: next.to };
  } else if (next.what === 'head' || next.what === 'interim') {
    // What comes before it may be empty lines, which are no part of it.
    seen.push({ ...next, from: base + head.start, text: head.text });
  }
  // A closed connection is worth a word once bytes come behind its last message.
  else if (next.what !== 'closed' || next.to > next.from) seen.push(next);
}

export function readRequests(pieces: readonly Buffer[], limits: HeadLimits = DEFAULT_HEAD_LIMITS): Reading {
  const reader = new RequestReader(limits);
  return readAll(
    {
      get position() {
        return reader.position;
      },
      get fault() {
        return reader.fault;
      },
      get head() {
        return reader.head === undefined ? NO_HEAD : { start: reader.head.start, text: tellRequest(reader.head) };
      },
      step: (bytes, start, end) => reader.step(bytes, start, end),
    },
    pieces,
  );
}

/** `methods`: of the requests that are answered, in order; the last stands for all that follow. */
export function readResponses(
  pieces: readonly Buffer[],
  methods: readonly string[] = ['GET'],
  limits: HeadLimits = DEFAULT_HEAD_LIMITS,
): Reading {
  const reader = new ResponseReader(limits);
  let answered = 0;
  return readAll(
    {
      get position() {
        return reader.position;
      },
      get fault() {
        return reader.fault;
      },
      get head() {
        return reader.head === undefined ? NO_HEAD : { start: reader.head.start, text: tellResponse(reader.head) };
      },
      step(bytes, start, end) {
        const step = reader.step(bytes, start, end, methods[Math.min(answered, methods.length - 1)] ?? '');
        if (step === 'end') answered += 1;
        return step;
      },
    },
    pieces,
  );
}

/** What was seen, as a person would tell it: heads by their facts, the rest by its bytes. */
export function tell(bytes: Buffer, { seen }: Reading): readonly string[] {
  return seen.map(({ what, from, to, text }) => {
    if (text !== undefined) return `${what} ${text}`;
    return what === 'end' ? what : `${what} ${JSON.stringify(bytes.toString('latin1', from, to))}`;
  });
}
