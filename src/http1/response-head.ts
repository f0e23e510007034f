import { type BodyLength } from './body-length';
import { skipBlank, trimBlank } from './grammar';
import { type HeadArena } from './head-arena';

/** A complete, well-formed response head: positions in the bytes it came in, or in the bytes of its repaired form. */
export interface ResponseHead {
  readonly bytes: Buffer;
  /** The position of the status line. */
  readonly start: number;
  readonly fieldsStart: number;
  /** The position after the empty line that ends the head. */
  readonly end: number;
  readonly statusCode: number;
  /** The `x` of `HTTP/1.x`. */
  readonly minorVersion: number;
  readonly body: BodyLength;
  /** Whether the target means to go on after this response, and its framing lets it (RFC 9112 §9.3). */
  readonly isPersistent: boolean;
}

/** Copies a head into the arena, so that it outlives the bytes it arrived in. */
export function detach(head: ResponseHead, arena: HeadArena): ResponseHead {
  const { start, fieldsStart, end, statusCode, minorVersion, body, isPersistent } = head;
  const place = arena.copy(head.bytes, start, end);
  const offset = place - start;
  return {
    bytes: arena.slab,
    start: place,
    fieldsStart: fieldsStart + offset,
    end: end + offset,
    statusCode,
    minorVersion,
    body,
    isPersistent,
  };
}

const CRLF_LENGTH = 2;
const STATUS_LINE_PREFIX = 'HTTP/1.1 200'.length;

/** The reason phrase, Latin-1, without the white space around it; empty where the target sent none. */
export function reasonOf({ bytes, start, fieldsStart }: ResponseHead): string {
  const lineEnd = fieldsStart - CRLF_LENGTH;
  const from = skipBlank(bytes, start + STATUS_LINE_PREFIX, lineEnd);
  return bytes.toString('latin1', from, trimBlank(bytes, from, lineEnd));
}
