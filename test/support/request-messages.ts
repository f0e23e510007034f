import * as fc from 'fast-check';
import { octets } from './expect-reading';
import {
  type Body,
  type Line,
  type Message,
  type Part,
  EXTENSIONS,
  TOKEN,
  VISIBLE,
  asItIs,
  chunks,
  compose,
  content,
  emptyLines,
  fieldLine,
  framing,
  lineEnd,
  linesText,
  part,
  regularOf,
  requestLines,
  sizeText,
  tellField,
  text,
  wireOf,
} from './message-parts';

const noBody: Body = { lines: [], told: '0 bytes', parts: [] };

const trailer = (line: string): Part => ({ what: 'trailer', bytes: octets(`${line}\r\n`), relayed: octets('') });
const padding = fc.constantFrom('', ' ', '  ', '\t', ' \t ');

/** A framing field of a request, whose value may have more white space around it than a single space before it. */
const framingField = (name: string, value: string): fc.Arbitrary<Line> =>
  fc.tuple(padding, padding).map(([before, after]) => {
    const isPadded = after !== '' || before.length > 1 || before === '\t';
    const wire = `${name}:${before}${value}${after}`;
    return { wire: [wire], regular: isPadded ? `${name}: ${value}` : wire };
  });

const sizedRequest: fc.Arbitrary<Body> = content.chain((bytes) =>
  framingField('Content-Length', String(bytes.length)).map((line) => ({
    lines: [line],
    told: `${bytes.length} bytes`,
    parts: [part('content', bytes)],
  })),
);

const chunkedRequest: fc.Arbitrary<Body> = fc
  .record({
    line: framingField('Transfer-Encoding', 'chunked'),
    pieces: chunks,
    extension: fc.constantFrom(...EXTENSIONS),
    trailers: fc.array(fieldLine, { maxLength: 3 }),
  })
  .map(({ line, pieces, extension, trailers }) => ({
    lines: [line],
    told: 'chunked',
    parts: [
      ...pieces.flatMap((piece) => [
        framing(`${sizeText(piece)}${extension}\r\n`),
        part('content', piece.data),
        framing('\r\n'),
      ]),
      framing(`0${extension}\r\n`),
      ...trailers.map(trailer),
      framing('\r\n'),
    ],
  }));

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
    emptyLines,
    method,
    target,
    end: lineEnd,
    isOld: fc.boolean(),
    asksToSwitch: fc.boolean(),
    fields: requestLines,
    more: requestLines,
    body: fc.oneof(fc.constant(noBody), sizedRequest, chunkedRequest),
  })
  .map(({ emptyLines: before, method: name, target: path, end, isOld, asksToSwitch, fields, more, body }) => {
    const minor = isOld && body.told !== 'chunked' ? 0 : 1;
    const lines = [asItIs('Host: a'), ...fields, ...body.lines];
    if (minor === 0) lines.push(asItIs('Connection: keep-alive'));
    lines.push(...more);
    if (asksToSwitch) lines.push(asItIs('Upgrade: x'));
    const start = `${name} ${path} HTTP/1.${minor}`;
    const facts = `${body.told}, persistent${asksToSwitch ? ', asks to switch' : ''}`;
    return compose({
      emptyLines: before,
      head: linesText([start, ...wireOf(lines), ''], end),
      regularHead: linesText([start, ...regularOf(lines), ''], '\r\n'),
      told: `${name} ${path} 1.${minor} ${regularOf(lines).map(tellField).join('')}, ${facts}`,
      body: body.parts,
      endsAlways: false,
      method: name,
    });
  });
