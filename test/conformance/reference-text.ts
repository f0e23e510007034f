/** What the strict readers of requests and of responses share: texts, heads, fields and chunks of RFC 9112. */

/** Why a reader stopped. Thrown inside the readers only. */
export class Fault extends Error {}
export class Incomplete extends Error {}

/** Where the bytes end: after a whole message, inside one, or in something that is no message at all. */
export type Ending = { readonly at: 'boundary' | 'inside' | 'opaque' } | { readonly at: 'fault'; readonly why: string };

export function endingOf(error: unknown): Ending {
  if (error instanceof Incomplete) return { at: 'inside' };
  if (error instanceof Fault) return { at: 'fault', why: error.message };
  throw error;
}

export const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const EXTENSION = `[\\t ]*;[\\t ]*${TOKEN}(?:[\\t ]*=[\\t ]*(?:${TOKEN}|${QUOTED}))?`;
const CHUNK_LINE = new RegExp(`^([0-9A-Fa-f]{1,13})(?:${EXTENSION})*$`);

/** A field value may hold any octet but NUL, CR and LF (RFC 9110 §5.5). */
export const REQUEST_FIELD = new RegExp(`^(${TOKEN}):([^\\0\\r\\n]*)$`);
/** A name that is no token is relayed to the client, but white space before the colon is not. */
export const RESPONSE_FIELD = /^((?![\t ])[^\0\r\n:]*(?<![\t ])):([^\0\r\n]*)$/;

export interface Fields {
  /** All values of the name, in order, trimmed. */
  all(name: string): readonly string[];
}

export interface Head {
  readonly startLine: string;
  readonly lines: readonly string[];
  readonly fields: Fields;
  readonly end: number;
}

const trim = (text: string): string => text.replace(/^[\t ]+/, '').replace(/[\t ]+$/, '');

export function readHead(text: string, start: number, fieldLine: RegExp): Head {
  const stop = text.indexOf('\r\n\r\n', start);
  if (stop < 0) throw new Incomplete();
  const [startLine = '', ...lines] = text.slice(start, stop).split('\r\n');
  return { startLine, lines, fields: readFields(lines, fieldLine), end: stop + 4 };
}

function readFields(lines: readonly string[], fieldLine: RegExp): Fields {
  const pairs = lines.map((line) => {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Fault(`field line ${JSON.stringify(line)}`);
    return { name: name.toLowerCase(), value: trim(value) };
  });
  return { all: (name) => pairs.filter((pair) => pair.name === name).map((pair) => pair.value) };
}

/** The elements of a list, in lower case. */
export const tokens = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',')).map((word) => trim(word).toLowerCase());

export function isPersistent(fields: Fields, isOld: boolean): boolean {
  const options = tokens(fields.all('connection'));
  return !options.includes('close') && (!isOld || options.includes('keep-alive'));
}

export interface Piece {
  readonly body: string;
  readonly end: number;
}

export interface Chunks extends Piece {
  readonly trailers: readonly string[];
}

export function readChunks(text: string, start: number, fieldLine: RegExp, maxSize = Infinity): Chunks {
  let at = start;
  let body = '';
  for (;;) {
    const line = readLine(text, at);
    const size = CHUNK_LINE.exec(line.body)?.[1];
    if (size === undefined) throw new Fault(`chunk line ${JSON.stringify(line.body)}`);
    if (parseInt(size, 16) > maxSize) throw new Fault(`chunk size ${size}`);
    if (/^0+$/.test(size)) return { body, ...readTrailers(text, line.end, fieldLine) };
    const data = take(text, line.end, parseInt(size, 16));
    const edge = take(text, data.end, 2);
    if (edge.body !== '\r\n') throw new Fault(`after chunk data ${JSON.stringify(edge.body)}`);
    body += data.body;
    at = edge.end;
  }
}

function readTrailers(text: string, start: number, fieldLine: RegExp): { trailers: readonly string[]; end: number } {
  const trailers: string[] = [];
  let at = start;
  for (;;) {
    const line = readLine(text, at);
    at = line.end;
    if (line.body === '') break;
    trailers.push(line.body);
  }
  readFields(trailers, fieldLine);
  return { trailers, end: at };
}

function readLine(text: string, at: number): Piece {
  const stop = text.indexOf('\r\n', at);
  if (stop < 0) throw new Incomplete();
  return { body: text.slice(at, stop), end: stop + 2 };
}

export function take(text: string, at: number, length: number): Piece {
  if (text.length - at < length) throw new Incomplete();
  return { body: text.slice(at, at + length), end: at + length };
}

/** The one length that these values give. */
export function lengthOf(values: readonly string[]): number {
  const [length = '0', ...more] = values;
  if (more.length > 0) throw new Fault(`${values.length} lengths`);
  if (!/^[0-9]+$/.test(length)) throw new Fault(`Content-Length ${JSON.stringify(length)}`);
  if (BigInt(length) > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault(`Content-Length ${length}`);
  return Number(length);
}
