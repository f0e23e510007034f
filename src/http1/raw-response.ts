import { CHUNKED } from './body-length';
import { BodyReader } from './body-reader';
import { type Field } from './fields';
import { CR, LF, isBlank, skipBlank, trimBlank } from './grammar';
import { DEFAULT_HEAD_LIMITS } from './limits';

/** The parts of a response that was written by hand. Text is Latin-1, one character for each octet. */
export interface SloppyResponse {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly Field[];
  readonly content: Buffer;
}

/**
 * Takes a raw response apart that a person wrote: blank lines before it, LF for CRLF, HTTP/1.0, no Content-Length and no
 * content are all fine; text is UTF-8. Chunked content is decoded.
 * @throws TypeError that says which line is not understood.
 */
export function parseSloppyResponse(raw: string | Buffer): SloppyResponse {
  const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw;
  const lines: string[] = [];
  let at = skipEmptyLines(bytes);
  while (at < bytes.length) {
    const lineFeed = bytes.indexOf(LF, at);
    const lineEnd = lineFeed === -1 ? bytes.length : lineFeed;
    const line = textOf(bytes, at, bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd);
    at = Math.min(bytes.length, lineEnd + 1);
    if (line === '') break;
    lines.push(line);
  }
  const [statusLine = '', ...fieldLines] = lines;
  const match = /^HTTP\/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]+(.*))?$/.exec(statusLine);
  if (match === null) {
    throw new TypeError(`a raw response begins with a line like "HTTP/1.1 404 Not Found", not ${quote(statusLine)}`);
  }
  const fields = fieldLines.map(parseField);
  const content = isChunked(fields) ? decodeChunked(bytes.subarray(at)) : bytes.subarray(at);
  return { status: Number(match[1]), reason: match[2] ?? '', fields, content };
}

function skipEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (isBlank(bytes[at]) || bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** Removes SP and HTAB around a text. `trim` would also remove U+00A0, which is half of a letter in UTF-8. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const from = skipBlank(bytes, start, end);
  return bytes.toString('latin1', from, trimBlank(bytes, from, end));
}

function parseField(line: string): Field {
  const [, name, value = ''] = /^([^:]*[^: \t])[ \t]*:[ \t]*(.*)$/s.exec(line) ?? [];
  if (name === undefined) throw new TypeError(`a field of a raw response reads "Name: value", not ${quote(line)}`);
  return { name, value };
}

/** For who wrote it, as it was written. */
const quote = (line: string): string => JSON.stringify(Buffer.from(line, 'latin1').toString());

const isChunked = (fields: readonly Field[]): boolean =>
  fields.some(({ name, value }) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value));

function decodeChunked(bytes: Buffer): Buffer {
  const reader = new BodyReader(DEFAULT_HEAD_LIMITS, true);
  const pieces: Buffer[] = [];
  reader.begin(CHUNKED);
  for (let at = 0; ; at = reader.position) {
    const step = reader.step(bytes, at, bytes.length);
    if (step === 'content') pieces.push(bytes.subarray(at, reader.position));
    else if (step === 'end') return Buffer.concat(pieces);
    else if (step !== 'framing' && step !== 'repaired')
      throw new TypeError('the chunked content of a raw response is malformed or cut short');
  }
}
