import { type BodyLength, CHUNKED, UNTIL_CLOSE } from '../../src/http1/body-length';
import { DEFAULT_HEAD_LIMITS, type HeadLimits, type RequestTrailers } from '../../src/http1/limits';
import { type RequestHead, fieldsOf, requestTargetOf } from '../../src/http1/request-head';
import { RequestReader } from '../../src/http1/request-reader';
import { type ResponseHead, reasonOf } from '../../src/http1/response-head';
import { ResponseReader } from '../../src/http1/response-reader';

/**
 * One stretch of the bytes that a reader was fed, in a form that does not depend on how they were cut: adjacent pieces of
 * content are one, and so are adjacent pieces of framing. `from` and `to` count from the first byte of the connection.
 */
export interface Seen {
  readonly what: 'head' | 'interim' | 'content' | 'framing' | 'trailer' | 'repaired' | 'end' | 'closed' | 'faulty';
  readonly from: number;
  readonly to: number;
  /** The facts of a head, the fault, or the regular form of repaired bytes. */
  readonly text?: string;
}

export interface Reading {
  readonly seen: readonly Seen[];
  /** The number of bytes that had been offered when the fault was found; `undefined` where there is none. */
  readonly faultAfter: number | undefined;
  /** The line that shows the fault, as far as it had been offered. */
  readonly faultyLine: string;
  /** The bytes that a relay sends on: repaired heads and framing in their regular form, trailers of a request left out. */
  readonly relayed: Buffer;
}

interface ToldHead {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const NO_HEAD: ToldHead = { bytes: Buffer.alloc(0), start: 0, end: 0, text: 'no head' };

/** A reader of either kind, as far as {@link readAll} needs it. */
interface Stepping {
  readonly reader: RequestReader | ResponseReader;
  readonly repaired: Buffer;
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
  const line = `${head.method} ${requestTargetOf(head)} 1.${head.minorVersion} ${fieldsText(head)}`;
  const facts = [head.isPersistent ? 'persistent' : 'last', ...(head.asksToSwitch ? ['asks to switch'] : [])];
  return [line, lengthOf(head.body), ...facts].join(', ');
};

const tellResponse = (head: ResponseHead): string => {
  const line = `${head.statusCode} (${reasonOf(head)}) 1.${head.minorVersion} ${fieldsText(head)}`;
  return [line, lengthOf(head.body), head.isPersistent ? 'persistent' : 'last'].join(', ');
};

/** Feeds the pieces as a tunnel does: bytes that were not used up are offered again with the next piece after them. */
function readAll(stepping: Stepping, pieces: readonly Buffer[]): Reading {
  const { reader } = stepping;
  const seen: Seen[] = [];
  const relayed: Buffer[] = [];
  let held: Buffer = Buffer.alloc(0);
  let offered = 0;
  for (const piece of pieces) {
    held = Buffer.concat([held, piece]);
    offered += piece.length;
    const base = offered - held.length;
    let at = 0;
    for (;;) {
      const what = stepping.step(held, at, held.length);
      const to = reader.position;
      if (to < at || to > held.length) throw new Error(`the position went from ${at} to ${to} of ${held.length}`);
      if (what === 'more') {
        held = held.subarray(to);
        break;
      }
      if (what === 'faulty') {
        seen.push({ what, from: base + to, to: base + to, text: reader.fault });
        return { seen, faultAfter: offered, faultyLine: reader.faultyLine, relayed: Buffer.concat(relayed) };
      }
      relayed.push(relayedOf(what, held.subarray(at, to), stepping));
      note(seen, { what, from: base + at, to: base + to }, base, stepping);
      at = to;
      if (what === 'closed') {
        held = Buffer.alloc(0);
        break;
      }
    }
  }
  return { seen, faultAfter: undefined, faultyLine: '', relayed: Buffer.concat(relayed) };
}

/** A copy: the bytes of a repaired form are valid until the next step only. */
function relayedOf(what: Seen['what'], original: Buffer, { head, repaired }: Stepping): Buffer {
  if (what === 'head' || what === 'interim') return Buffer.from(head.bytes.subarray(head.start, head.end));
  if (what === 'repaired') return Buffer.from(repaired);
  return what === 'content' || what === 'framing' ? Buffer.from(original) : Buffer.alloc(0);
}

const GROWS: ReadonlySet<Seen['what']> = new Set(['content', 'framing', 'closed']);

function note(seen: Seen[], next: Seen, base: number, { head, reader, repaired }: Stepping): void {
  const last = seen[seen.length - 1];
  if (GROWS.has(next.what) && last?.what === next.what && last.to === next.from) {
    seen[seen.length - 1] = { ...last, to: next.to };
  } else if (next.what === 'head' || next.what === 'interim') {
    // Empty lines may stand before a head, and are no part of it.
    seen.push({ ...next, from: base + reader.headStart, text: head.text });
  } else if (next.what === 'repaired') seen.push({ ...next, text: JSON.stringify(repaired.toString('latin1')) });
  // A closed connection is worth an entry once bytes follow its last message.
  else if (next.what !== 'closed' || next.to > next.from) seen.push(next);
}

const NOTHING_REPAIRED = Buffer.alloc(0);

export interface RequestOptions {
  readonly limits?: HeadLimits;
  readonly trailers?: RequestTrailers;
}

export function readRequests(pieces: readonly Buffer[], options: RequestOptions = {}): Reading {
  const reader = new RequestReader(options.limits ?? DEFAULT_HEAD_LIMITS, options.trailers);
  return readAll(
    {
      reader,
      repaired: NOTHING_REPAIRED,
      get head() {
        const { head } = reader;
        return head === undefined ? NO_HEAD : { ...head, text: tellRequest(head) };
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
      reader,
      get repaired() {
        return reader.repaired;
      },
      get head() {
        const { head } = reader;
        return head === undefined ? NO_HEAD : { ...head, text: tellResponse(head) };
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

/** A reading as text: heads by their facts, the rest by its bytes. */
export function tell(bytes: Buffer, { seen }: Reading): readonly string[] {
  return seen.map(({ what, from, to, text }) => {
    if (text !== undefined) return `${what} ${text}`;
    return what === 'end' ? what : `${what} ${JSON.stringify(bytes.toString('latin1', from, to))}`;
  });
}
