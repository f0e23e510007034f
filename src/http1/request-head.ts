import { type BodyLength } from './body-length';
import { Fields } from './fields';
import { KEPT_HEADS } from './head-arena';

/**
 * A complete, valid request head: positions in the bytes it came in, or in the bytes of its repaired form. What an exchange needs at once is here;
 * the rest is read from the bytes by the functions below, when somebody asks.
 */
export interface RequestHead {
  readonly bytes: Buffer;
  /** Where the request line begins. */
  readonly start: number;
  readonly targetStart: number;
  readonly targetEnd: number;
  readonly fieldsStart: number;
  /** Just behind the empty line that closes the head. */
  readonly end: number;
  readonly method: string;
  /** The `x` of `HTTP/1.x`. */
  readonly minorVersion: number;
  readonly body: BodyLength;
  /** Whether the client means to go on after this exchange (RFC 9112 §9.3). */
  readonly isPersistent: boolean;
  /** Whether what follows may be another protocol: an `Upgrade` field (RFC 9110 §7.8) or the method CONNECT (§9.3.6). */
  readonly asksToSwitch: boolean;
}

/** The same head in bytes of its own, for who keeps it longer than the bytes it came in. */
export function detach(head: RequestHead): RequestHead {
  const { start, targetStart, targetEnd, fieldsStart, end, method, minorVersion, body, isPersistent, asksToSwitch } =
    head;
  const place = KEPT_HEADS.keep(head.bytes, start, end);
  const offset = place - start;
  return {
    bytes: KEPT_HEADS.bytes,
    start: place,
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
export const targetOf = (head: RequestHead): string => head.bytes.toString('latin1', head.targetStart, head.targetEnd);

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
