import * as fc from 'fast-check';
import { octets } from './expect-reading';
import { type Seen } from './reading';

/**
 * A message as it goes over the wire, the steps that a reader must take over it, and the bytes that a relay must send on.
 * Places count from the first byte of the message. Regular and irregular form are composed side by side, so that the tests
 * need no second parser to know the one from the other.
 */
export interface Message {
  readonly bytes: Buffer;
  readonly seen: readonly Seen[];
  readonly relayed: Buffer;
  /** Of a response: the method that it answers. */
  readonly method: string;
}

export const text = (characters: string, constraints: fc.ArrayConstraints): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(characters)), constraints).map((list) => list.join(''));

export const TOKEN = "!#$%&'*+-.^_`|~059AZaz";
export const VISIBLE = `${TOKEN}"(),/:;<=>?@[\\]{}\x80\xc3\xa0\xff`;
const VALUE = `${VISIBLE} \t\x01\x0b\x7f`;

export const trimBlank = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');

export const tellField = (line: string): string => {
  const colon = line.indexOf(':');
  return `[${line.slice(0, colon)}: ${trimBlank(line.slice(colon + 1))}]`;
};

/** A line of a head, without its line end. `wire` may hold several lines, `regular` is `undefined` if it is dropped. */
export interface Line {
  readonly wire: readonly string[];
  readonly regular: string | undefined;
}

export const asItIs = (line: string): Line => ({ wire: [line], regular: line });

/** Names that mean nothing to a reader: none is as long as one that does and made of these letters alone. */
export const fieldLine = fc
  .tuple(text(TOKEN, { minLength: 1, maxLength: 6 }), fc.constantFrom('', ' ', '\t '), text(VALUE, { maxLength: 12 }))
  .map(([name, space, value]) => `X-${name}:${space}${value}`);

const foldedLine: fc.Arbitrary<Line> = fc
  .tuple(
    fieldLine,
    fc.array(fc.tuple(fc.constantFrom(' ', '\t', '  \t'), text(VALUE, { maxLength: 6 })), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([line, folds]) => ({
    wire: [line, ...folds.map(([space, rest]) => space + rest)],
    regular: [line, ...folds.map(([, rest]) => trimBlank(rest))].join(' '),
  }));

/** Lines that a response may have, and a request may not. */
const irregularLine: fc.Arbitrary<Line> = fc.oneof(
  foldedLine,
  fc
    .tuple(
      text(TOKEN, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(' ', '\t', ' \t '),
      text(VISIBLE, { maxLength: 6 }),
    )
    .map(([name, space, value]) => ({ wire: [`X-${name}${space}:${value}`], regular: `X-${name}: ${value}` })),
  fc
    .tuple(text(`${TOKEN}(@\x80\x01`, { minLength: 1, maxLength: 4 }), text(VALUE, { maxLength: 6 }))
    .map(([name, value]) => asItIs(`(${name}:${value}`)),
  text(`${TOKEN}@ \t`, { maxLength: 6 }).map((word) => ({ wire: [`X${word}`], regular: undefined })),
);

const regularLines = fc.array(fieldLine.map(asItIs), { maxLength: 3 });
export const requestLines = fc.oneof(
  regularLines,
  fc.array(fc.oneof(fieldLine.map(asItIs), foldedLine), { maxLength: 3 }),
);
export const responseLines = fc.oneof(
  regularLines,
  fc.array(fc.oneof(fieldLine.map(asItIs), irregularLine), { maxLength: 4 }),
);

export const wireOf = (lines: readonly Line[]): readonly string[] => lines.flatMap(({ wire }) => wire);
export const regularOf = (lines: readonly Line[]): readonly string[] => lines.flatMap(({ regular }) => regular ?? []);

/** One step over a body. */
export interface Part {
  readonly what: 'framing' | 'content' | 'trailer' | 'repaired';
  readonly bytes: Buffer;
  readonly relayed: Buffer;
}

export const part = (what: 'framing' | 'content', bytes: Buffer): Part => ({ what, bytes, relayed: bytes });
export const framing = (wire: string): Part => part('framing', octets(wire));
export const repairable = (wire: string, regular: string, isRegular: boolean): Part =>
  isRegular ? framing(wire) : { what: 'repaired', bytes: octets(wire), relayed: octets(regular) };

/** The part of a message after its head. */
export interface Body {
  /** The field lines that frame it, the last of the head. */
  readonly lines: readonly Line[];
  /** As {@link Seen.text} of the head has it. */
  readonly told: string;
  readonly parts: readonly Part[];
}

export const content = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));

export const chunks = fc.array(
  fc.record({ data: content, zeros: fc.constantFrom('', '0', '000'), isUpper: fc.boolean() }),
  {
    maxLength: 4,
  },
);

export const sizeText = ({ data, zeros, isUpper }: { data: Buffer; zeros: string; isUpper: boolean }): string => {
  const size = data.length.toString(16);
  return zeros + (isUpper ? size.toUpperCase() : size);
};

export const EXTENSIONS = ['', ';a', ' ;a=b', ';a="b c";d', '\t; a = "\\"\xff" ;b'] as const;

export const lineEnd = fc.constantFrom('\r\n', '\r\n', '\n');

export const emptyLines = fc.array(fc.constantFrom('\r\n', '\n'), { maxLength: 2 }).map((lines) => lines.join(''));

const shift = (seen: readonly Seen[], by: number): readonly Seen[] =>
  seen.map((each) => ({ ...each, from: each.from + by, to: each.to + by }));

function seenOf(parts: readonly Part[]): readonly Seen[] {
  const seen: Seen[] = [];
  let from = 0;
  for (const { what, bytes, relayed } of parts) {
    const to = from + bytes.length;
    const last = seen[seen.length - 1];
    const doesGrow = last?.what === what && (what === 'framing' || what === 'content');
    if (what === 'repaired') seen.push({ what, from, to, text: JSON.stringify(relayed.toString('latin1')) });
    else if (doesGrow) seen[seen.length - 1] = { ...last, to };
    else seen.push({ what, from, to });
    from = to;
  }
  return seen;
}

/** Puts a message together. `emptyLines` stand before it and are no part of it. */
export function compose(parts: {
  readonly emptyLines: string;
  readonly head: string;
  readonly regularHead: string;
  readonly told: string;
  readonly body: readonly Part[];
  readonly endsAlways: boolean;
  readonly method: string;
}): Message {
  const from = parts.emptyLines.length;
  const head = octets(parts.emptyLines + parts.head);
  const bytes = Buffer.concat([head, ...parts.body.map((each) => each.bytes)]);
  const to = bytes.length;
  return {
    bytes,
    relayed: Buffer.concat([octets(parts.regularHead), ...parts.body.map(({ relayed }) => relayed)]),
    method: parts.method,
    seen: [
      { what: 'head', from, to: head.length, text: parts.told },
      ...shift(seenOf(parts.body), head.length),
      ...(parts.endsAlways || parts.body.length > 0 ? [{ what: 'end', from: to, to } as const] : []),
    ],
  };
}

export const linesText = (lines: readonly string[], end: string): string => lines.map((line) => line + end).join('');

/** Messages one after the other, as one connection carries them, all steps over them, and all bytes sent on. */
export function connectionOf(messages: readonly Message[]): Omit<Message, 'method'> {
  let at = 0;
  const seen = messages.flatMap((message) => {
    const shifted = shift(message.seen, at);
    at += message.bytes.length;
    return shifted;
  });
  return {
    bytes: Buffer.concat(messages.map(({ bytes }) => bytes)),
    relayed: Buffer.concat(messages.map(({ relayed }) => relayed)),
    seen,
  };
}
