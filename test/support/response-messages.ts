import * as fc from 'fast-check';
import {
  type Body,
  type Line,
  type Message,
  type Part,
  EXTENSIONS,
  VISIBLE,
  asItIs,
  chunks,
  compose,
  content,
  emptyLines,
  lineEnd,
  linesText,
  part,
  regularOf,
  repairable,
  responseLines,
  sizeText,
  tellField,
  text,
  trimBlank,
  wireOf,
} from './message-parts';

const BAD_EXTENSIONS = [' ', ';', ';\xff', ';a=', ';a="b', ';a ', ';a="b"c'] as const;

/** How a response may frame content of a length; a repair puts the framing fields last. */
const sizedLines = (length: number): fc.Arbitrary<readonly Line[]> => {
  const line = `Content-Length: ${length}`;
  const dropped = (wire: string): Line => ({ wire: [wire], regular: undefined });
  return fc.constantFrom<readonly Line[]>(
    [asItIs(line)],
    [{ wire: [`Content-Length : ${length}`], regular: line }],
    [{ wire: [line, `content-length:0${length}`], regular: line }],
    [{ wire: [`CONTENT-LENGTH: ${length} ,\t${length}`], regular: line }],
    [dropped('Transfer-Encoding: identity'), asItIs(line)],
    [dropped('Transfer-Encoding:'), dropped('transfer-encoding: ,identity'), asItIs(line)],
  );
};

interface ResponseBody extends Body {
  /** The transfer codings, if there are any. */
  readonly coding: string | undefined;
  /** Whether the framing fields are such that the response must be the last of its connection (RFC 9112 §6.3). */
  readonly isDisputed: boolean;
}

const sizedResponse: fc.Arbitrary<ResponseBody> = content.chain((bytes) =>
  sizedLines(bytes.length).map((lines) => ({
    lines,
    told: `${bytes.length} bytes`,
    parts: [part('content', bytes)],
    coding: undefined,
    isDisputed: false,
  })),
);

const CHUNKED = 'Transfer-Encoding: chunked';
const GZIP_CHUNKED = 'Transfer-Encoding: gzip, chunked';
const CHUNKED_LINES: readonly (readonly [isDisputed: boolean, coding: string, line: Line])[] = [
  [false, 'chunked', asItIs(CHUNKED)],
  [false, 'gzip, chunked', asItIs('transfer-encoding: gzip, Chunked')],
  [false, 'chunked', { wire: ['Transfer-Encoding: identity, chunked'], regular: CHUNKED }],
  [false, 'gzip, chunked', { wire: ['transfer-encoding:', 'Transfer-Encoding: gzip,,chunked'], regular: GZIP_CHUNKED }],
  [true, 'chunked', { wire: ['Transfer-Encoding: chunked, Chunked'], regular: CHUNKED }],
  [true, 'chunked', { wire: [CHUNKED, 'Connection: keep-alive', CHUNKED], regular: CHUNKED }],
  [true, 'chunked', { wire: ['Content-Length: 3', CHUNKED, 'Keep-Alive: x', 'Content-Length: 4'], regular: CHUNKED }],
];

const chunkedResponse: fc.Arbitrary<ResponseBody> = fc
  .record({
    lines: fc.constantFrom(...CHUNKED_LINES),
    pieces: chunks,
    extension: fc.oneof(fc.constantFrom(...EXTENSIONS), fc.constantFrom(...EXTENSIONS, ...BAD_EXTENSIONS)),
    sizeEnd: lineEnd,
    dataEnd: lineEnd,
    trailers: responseLines,
    trailerEnd: lineEnd,
  })
  .map(({ lines: [isDisputed, coding, line], pieces, extension, sizeEnd, dataEnd, trailers, trailerEnd }) => {
    const isRegular = EXTENSIONS.some((regular) => regular === extension) && sizeEnd === '\r\n';
    const chunkLine = (size: string): Part =>
      repairable(`${size}${extension}${sizeEnd}`, `${parseInt(size, 16).toString(16)}\r\n`, isRegular);
    const wire = [...wireOf(trailers), ''].map((line) => line + trailerEnd).join('');
    const regular = [...regularOf(trailers), ''].map((line) => `${line}\r\n`).join('');
    return {
      isDisputed,
      coding,
      lines: [line],
      told: 'chunked',
      parts: [
        ...pieces.flatMap((piece) => [
          chunkLine(sizeText(piece)),
          part('content', piece.data),
          repairable(dataEnd, '\r\n', dataEnd === '\r\n'),
        ]),
        chunkLine('0'),
        repairable(wire, regular, wire === regular),
      ],
    };
  });

/** Versions as services write them, and the `x` of the `HTTP/1.x` that the client gets. */
const version = fc.constantFrom(
  ...([
    ['HTTP/1.1', 1],
    ['HTTP/1.1', 1],
    ['HTTP/1.1', 1],
    ['HTTP/1.0', 0],
    ['HTTP/0.9', 0],
    ['http/1.1', 1],
    ['HTTP/2', 1],
    ['Http/3.0', 1],
    ['HTTP/1', 0],
  ] as const),
);

interface StatusLine {
  readonly wire: string;
  readonly told: string;
  readonly minor: number;
  /** The line that the client gets, if framing does not make it one of HTTP/1.1. */
  readonly regular: string;
}

const statusLine: fc.Arbitrary<StatusLine & { readonly status: number }> = fc
  .record({
    version,
    gap: fc.constantFrom(' ', ' ', '  ', '\t', ' \t '),
    status: fc.constantFrom(200, 204, 304, 404, 500),
    reason: fc.option(
      text(`${VISIBLE} `, { maxLength: 8 }).map((words) => ` ${words}`),
      { nil: '' },
    ),
  })
  .map(({ version: [name, minor], gap, status, reason }) => {
    const wire = `${name}${gap}${status}${reason}`;
    const told = trimBlank(reason);
    const isRegular = /^HTTP\/1\.[01] \d{3} /.test(wire);
    return { status, wire, told, minor, regular: isRegular ? wire : `HTTP/1.${minor} ${status} ${told}` };
  });

const hasContent = (method: string, status: number): boolean => method !== 'HEAD' && status !== 204 && status !== 304;

const NOTHING: ResponseBody = { lines: [], told: '0 bytes', parts: [], coding: undefined, isDisputed: false };

/** Any final response that can be followed by another one, and the method that it answers. */
export const anyResponse: fc.Arbitrary<Message> = fc
  .record({
    emptyLines,
    method: fc.constantFrom('GET', 'HEAD', 'POST'),
    start: statusLine,
    end: lineEnd,
    fields: responseLines,
    anyBody: fc.oneof(sizedResponse, chunkedResponse),
  })
  .map(({ emptyLines: before, method, start, end, fields, anyBody }) => {
    const body = hasContent(method, start.status) ? anyBody : NOTHING;
    const isDisputed = body.isDisputed || (body.coding !== undefined && start.minor === 0);
    const minor = isDisputed ? 1 : start.minor;
    const framingLines = isDisputed
      ? [`Transfer-Encoding: ${body.coding}`, 'Connection: close']
      : regularOf(body.lines);
    const lines = [...regularOf(fields), ...framingLines];
    const persistence = minor === 1 && !isDisputed ? 'persistent' : 'last';
    return compose({
      emptyLines: before,
      head: linesText([start.wire, ...wireOf(fields), ...wireOf(body.lines), ''], end),
      regularHead: linesText([start.regular.replace(/^HTTP\/1../, `HTTP/1.${minor}`), ...lines, ''], '\r\n'),
      told: `${start.status} (${start.told}) 1.${minor} ${lines.map(tellField).join('')}, ${body.told}, ${persistence}`,
      body: body.parts,
      endsAlways: true,
      method,
    });
  });
