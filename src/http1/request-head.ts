import { type BodyLength } from './body-length';
import { Fields } from './fields';
import { type HeadArena } from './head-arena';

/**
 * A complete, valid request head: positions in the bytes it arrived in, or in its repaired form. The members are what every
 * exchange needs; the functions below read the rest from the bytes on demand.
 */
export interface RequestHead {
  readonly bytes: Buffer;
  /** The position of the request line. */
  readonly start: number;
  readonly targetStart: number;
  readonly targetEnd: number;
  readonly fieldsStart: number;
  /** The position after the empty line that ends the head. */
  readonly end: number;
  readonly method: string;
  /** The `x` of `HTTP/1.x`. */
  readonly minorVersion: number;
  readonly body: BodyLength;
  /** Whether the client keeps the connection open after this exchange (RFC 9112 §9.3). */
  readonly isPersistent: boolean;
  /** Whether another protocol may follow: an `Upgrade` field (RFC 9110 §7.8) or the method CONNECT (§9.3.6). */
  readonly asksToSwitch: boolean;
}

/** Copies a head into the arena, so that it outlives the bytes it arrived in. */
export function detach(head: RequestHead, arena: HeadArena): RequestHead {
  const { start, targetStart, targetEnd, fieldsStart, end, method, minorVersion, body, isPersistent, asksToSwitch } =
    head;
  const position = arena.copy(head.bytes, start, end);
  const offset = position - start;
  return {
    bytes: arena.slab,
    start: position,
    targetStart: targetStart + offset,
    targetEnd: targetEnd + offset,
    fieldsStart: fieldsStart + offset,
    end: end + offset,
    method,
    minorVersion,
    body,
    isPersistent,
    asksToSwitch,
  };
}

/** The second word of the request line, Latin-1 (RFC 9112 §3.2). */
export const requestTargetOf = (head: RequestHead): string =>
  head.bytes.toString('latin1', head.targetStart, head.targetEnd);

export const fieldsOf = (head: {
  readonly bytes: Buffer;
  readonly fieldsStart: number;
  readonly end: number;
}): Fields => new Fields(head.bytes, head.fieldsStart, head.end - CRLF_LENGTH);

const CRLF_LENGTH = 2;

const COMMON_METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT'].map((name) => ({
  name,
  bytes: Buffer.from(name),
}));

/** The method's name without a new string where it is a common one. */
export function methodName(bytes: Buffer, start: number, end: number): string {
  for (const method of COMMON_METHODS) {
    if (method.bytes.length === end - start && startsWith(bytes, start, method.bytes)) return method.name;
  }
  return bytes.toString('latin1', start, end);
}

function startsWith(bytes: Buffer, start: number, prefix: Buffer): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}
