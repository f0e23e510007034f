import { CR, FIELD_VALUE, LF, NOT_HEX, SEMICOLON, hexValue, skipIn, skipBlank } from './grammar';
import { MAX_CHUNK_LINE_BYTES } from './limits';
import { FAULTY, INCOMPLETE } from './progress';

/** More digits than any chunk needs, leading zeros included; fewer than the 64 bits at which parsers overflow. */
const MAX_SIZE_DIGITS = 13;

/** Some servers count in 32 bits, and would take the rest of a larger chunk for the next request. */
const MAX_REQUEST_CHUNK_BYTES = 0x7fffffff;

/** The size that the chunk line last scanned gave. */
export interface ChunkLine {
  size: number;
}

/**
 * Validates the chunk-size line that begins at `start`, extensions and CRLF included (RFC 9112 §7.1), and answers the
 * position behind it. `isLenient`, for responses: some servers pad the size with spaces, or send a file as one chunk; a
 * request that does so is refused, because parsers differ on it.
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
  if (sizeEnd === start ? start < stop : sizeEnd - start > MAX_SIZE_DIGITS) return FAULTY;
  if (line.size > MAX_REQUEST_CHUNK_BYTES && !isLenient) return FAULTY;
  let at = skipBlank(bytes, sizeEnd, stop);
  if (bytes[at] === SEMICOLON) at = skipIn(FIELD_VALUE, bytes, at, stop);
  else if (at > sizeEnd && at < stop && !isLenient) return FAULTY;
  for (const octet of [CR, LF]) {
    if (at === stop) return stop < end ? FAULTY : INCOMPLETE;
    if (bytes[at++] !== octet) return FAULTY;
  }
  return at;
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
