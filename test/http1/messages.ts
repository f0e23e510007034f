import * as fc from 'fast-check';
import { octets } from './expect-reading';
import { type Seen } from './reading';

/** A message as it goes over the wire, and what a reader must see of it; places count from its first byte. */
export interface Message {
  readonly bytes: Buffer;
  readonly seen: readonly Seen[];
  /** Of a response: the method that it answers. */
  readonly method: string;
}

/** The part of a message behind its head. */
interface Body {
  readonly lines: readonly string[];
  /** As {@link Seen.text} of the head tells it. */
  readonly told: string;
  readonly bytes: Buffer;
  readonly seen: readonly Seen[];
}

const text = (characters: string, constraints: fc.ArrayConstraints): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(characters)), constraints).map((list) => list.join(''));

const TOKEN = "!#$%&'*+-.^_`|~059AZaz";
const VISIBLE = `${TOKEN}"(),/:;<=>?@[\\]{}\x80\xc3\xa0\xff`;

/** Names that mean nothing to a reader: none is as long as one that does and made of these letters alone. */
const fieldLine = fc
  .tuple(
    text(TOKEN, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', ' ', '\t '),
    text(`${VISIBLE} \t`, { maxLength: 12 }),
  )
  .map(([name, space, value]) => `X-${name}:${space}${value}`);

const fieldLines = fc.array(fieldLine, { maxLength: 3 });

const trimBlank = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');

const tellField = (line: string): string => {
  const colon = line.indexOf(':');
  return `[${line.slice(0, colon)}: ${trimBlank(line.slice(colon + 1))}]`;
};

const content = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));

const noBody: Body = { lines: [], told: '0 bytes', bytes: Buffer.alloc(0), seen: [] };

const sized: fc.Arbitrary<Body> = content.map((bytes) => ({
  lines: [`Content-Length: ${bytes.length}`],
  told: `${bytes.length} bytes`,
  bytes,
  seen: [{ what: 'content', from: 0, to: bytes.length }],
}));

const extension = fc.constantFrom('', ';', ';a', ' ;a=b', ';a="b c";d', ';\xff');

const chunk = fc.record({ data: content, extension, zeros: fc.constantFrom('', '0', '000'), isUpper: fc.boolean() });

const chunked: fc.Arbitrary<Body> = fc
  .record({ chunks: fc.array(chunk, { maxLength: 4 }), lastExtension: extension, trailers: fieldLines })
  .map(({ chunks, lastExtension, trailers }) => {
    const parts: Buffer[] = [];
    const seen: Seen[] = [];
    let at = 0;
    const add = (what: 'framing' | 'content', bytes: Buffer): void => {
      const last = seen[seen.length - 1];
      if (last?.what === what) seen[seen.length - 1] = { ...last, to: at + bytes.length };
      else seen.push({ what, from: at, to: at + bytes.length });
      parts.push(bytes);
      at += bytes.length;
    };
    for (const { data, extension: extra, zeros, isUpper } of chunks) {
      const size = data.length.toString(16);
      add('framing', octets(`${zeros}${isUpper ? size.toUpperCase() : size}${extra}\r\n`));
      add('content', data);
      add('framing', octets('\r\n'));
    }
    add('framing', octets(`0${lastExtension}\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`));
    return { lines: ['Transfer-Encoding: chunked'], told: 'chunked', bytes: Buffer.concat(parts), seen };
  });

const shift = (seen: readonly Seen[], by: number): readonly Seen[] =>
  seen.map((each) => ({ ...each, from: each.from + by, to: each.to + by }));

/** Puts a message together. `emptyLines` stand before it and are no part of it. */
function compose(parts: {
  readonly emptyLines: number;
  readonly head: string;
  readonly told: string;
  readonly body: Body;
  readonly endsAlways: boolean;
  readonly method: string;
}): Message {
  const { body } = parts;
  const from = 2 * parts.emptyLines;
  const head = octets(`${'\r\n'.repeat(parts.emptyLines)}${parts.head}`);
  const to = head.length + body.bytes.length;
  const hasEnd = parts.endsAlways || body.seen.length > 0;
  return {
    bytes: Buffer.concat([head, body.bytes]),
    method: parts.method,
    seen: [
      { what: 'head', from, to: head.length, text: parts.told },
      ...shift(body.seen, head.length),
      ...(hasEnd ? [{ what: 'end', from: to, to } as const] : []),
    ],
  };
}

const rest = text(VISIBLE, { maxLength: 12 });

const target = fc.oneof(
  rest.map((path) => `/${path}`),
  fc
    .tuple(fc.constantFrom('a', 'a.b:80', '[::1]', '[::1]:', '~!;='), fc.constantFrom('', '/', '?'), rest)
    .map(([authority, edge, behind]) => `http://${authority}${edge}${edge === '' ? '' : behind}`),
);

const method = fc.oneof(
  fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'),
  text(TOKEN, { minLength: 1, maxLength: 6 }).map((name) => `X${name}`),
);

/** Any request that can be followed by another one. */
export const anyRequest: fc.Arbitrary<Message> = fc
  .record({
    emptyLines: fc.nat(2),
    method,
    target,
    isOld: fc.boolean(),
    asksToSwitch: fc.boolean(),
    fields: fieldLines,
    more: fieldLines,
    body: fc.oneof(fc.constant(noBody), sized, chunked),
  })
  .map(({ emptyLines, method: name, target: path, isOld, asksToSwitch, fields, more, body }) => {
    const minor = isOld && body.told !== 'chunked' ? 0 : 1;
    const lines = ['Host: a', ...fields, ...body.lines, ...(minor === 0 ? ['Connection: keep-alive'] : []), ...more];
    if (asksToSwitch) lines.push('Upgrade: x');
    return compose({
      emptyLines,
      head: `${name} ${path} HTTP/1.${minor}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
      told: `${name} ${path} 1.${minor} ${lines.map(tellField).join('')}, ${body.told}, persistent${asksToSwitch ? ', asks to switch' : ''}`,
      body,
      endsAlways: false,
      method: name,
    });
  });

/** Any final response that can be followed by another one, and the method that it answers. */
export const anyResponse: fc.Arbitrary<Message> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'POST'),
    status: fc.constantFrom(200, 204, 304, 404, 500),
    reason: text(`${VISIBLE} `, { maxLength: 8 }),
    lineEnd: fc.constantFrom('\r\n', '\n'),
    fields: fieldLines,
    body: fc.oneof(sized, chunked),
  })
  .map(({ method: name, status, reason, lineEnd, fields, body }) => {
    const lines = [...fields, ...body.lines];
    const isEmpty = name === 'HEAD' || status === 204 || status === 304;
    const sent = isEmpty ? noBody : body;
    return compose({
      emptyLines: 0,
      head: [`HTTP/1.1 ${status} ${reason}`, ...lines, '', ''].join(lineEnd),
      told: `${status} (${trimBlank(reason)}) 1.1 ${lines.map(tellField).join('')}, ${sent.told}, persistent`,
      body: sent,
      endsAlways: true,
      method: name,
    });
  });

/** Messages one behind the other, as one connection carries them, and all that must be seen of them. */
export function connectionOf(messages: readonly Message[]): { readonly bytes: Buffer; readonly seen: readonly Seen[] } {
  let at = 0;
  const seen = messages.flatMap((message) => {
    const shifted = shift(message.seen, at);
    at += message.bytes.length;
    return shifted;
  });
  return { bytes: Buffer.concat(messages.map(({ bytes }) => bytes)), seen };
}
