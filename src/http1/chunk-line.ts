import {
  BACKSLASH,
  CR,
  DOUBLE_QUOTE,
  EQUALS,
  FIELD_VALUE,
  LF,
  NOT_HEX,
  SEMICOLON,
  TOKEN,
  hexValue,
  isIn,
  skipBlank,
  skipIn,
  trimBlank,
} from './grammar';
import { MAX_CHUNK_LINE_BYTES } from './limits';
import { FAULTY, INCOMPLETE } from './scan-result';

/** More digits than any chunk needs, leading zeros included; fewer than the 64 bits at which parsers overflow. */
const MAX_SIZE_DIGITS = 13;

/** Some servers count in 32 bits, and would take the rest of a larger chunk for the next request. */
const MAX_REQUEST_CHUNK_BYTES = 0x7fffffff;

/** The chunk line last scanned. */
export interface ChunkLine {
  size: number;
  /** Whether the line differs from the grammar of RFC 9112 §7.1 in a way that leaves one reading. Responses only. */
  isIrregular: boolean;
}

/**
 * Validates the chunk-size line that begins at `start`, extensions and line end included (RFC 9112 §7.1), and returns the
 * position after it. `isLenient` is for responses: services pad the size with spaces, end lines in LF, write malformed
 * extensions, or send a file as one chunk. Parsers differ on such a line, so that a request with one is refused.
 */
export function scanChunkLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: ChunkLine,
  isLenient: boolean,
): number {
  const stop = Math.min(end, start + MAX_CHUNK_LINE_BYTES);
  const sizeEnd = scanSize(bytes, start, stop, line);
  line.isIrregular = false;
  if (sizeEnd === start ? start < stop : sizeEnd - start > MAX_SIZE_DIGITS) return FAULTY;
  if (line.size > MAX_REQUEST_CHUNK_BYTES && !isLenient) return FAULTY;
  const at = scanExtensions(bytes, sizeEnd, stop, line);
  if (at < stop && bytes[at] === LF) line.isIrregular = true;
  if (line.isIrregular && !isLenient) return FAULTY;
  if (at === stop) return stop < end ? FAULTY : INCOMPLETE;
  return bytes[at] === LF ? at + 1 : scanLineEnd(bytes, at, stop, end);
}

function scanLineEnd(bytes: Uint8Array, at: number, stop: number, end: number): number {
  if (bytes[at] !== CR) return FAULTY;
  if (at + 1 === stop) return stop < end ? FAULTY : INCOMPLETE;
  return bytes[at + 1] === LF ? at + 2 : FAULTY;
}

/** The position after the extensions and the white space that begin at `start`. */
function scanExtensions(bytes: Uint8Array, start: number, stop: number, line: ChunkLine): number {
  const at = skipBlank(bytes, start, stop);
  if (at === stop) return at;
  if (bytes[at] !== SEMICOLON) {
    line.isIrregular = at > start;
    return at;
  }
  const extensionsEnd = skipIn(FIELD_VALUE, bytes, at, stop);
  line.isIrregular = extensionsEnd < stop && !areExtensions(bytes, at, extensionsEnd);
  return extensionsEnd;
}

function scanSize(bytes: Uint8Array, start: number, stop: number, line: ChunkLine): number {
  let at = start;
  line.size = 0;
  for (; at < stop; at++) {
    const digit = hexValue(bytes[at]);
    if (digit === NOT_HEX) break;
    line.size = line.size * 16 + digit;
  }
  return at;
}

/** `chunk-ext` of RFC 9112 §7.1.1: `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`. */
function areExtensions(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    if (bytes[at] !== SEMICOLON) return false;
    const nameStart = skipBlank(bytes, at + 1, end);
    const nameEnd = skipIn(TOKEN, bytes, nameStart, end);
    if (nameEnd === nameStart) return false;
    at = skipBlank(bytes, nameEnd, end);
    if (at < end && bytes[at] === EQUALS) {
      const valueStart = skipBlank(bytes, at + 1, end);
      const valueEnd = skipExtensionValue(bytes, valueStart, end);
      if (valueEnd === valueStart) return false;
      at = skipBlank(bytes, valueEnd, end);
    }
  }
  // White space at the end belongs to no extension.
  return trimBlank(bytes, start, end) === end;
}

/** The position after a token or a closed quoted string; `start` where there is neither. */
function skipExtensionValue(bytes: Uint8Array, start: number, end: number): number {
  if (start === end || bytes[start] !== DOUBLE_QUOTE) return skipIn(TOKEN, bytes, start, end);
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === DOUBLE_QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at++;
    if (!isIn(FIELD_VALUE, bytes[at])) return start;
  }
  return start;
}
