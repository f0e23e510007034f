import { type BodyLength } from './body-length';

/** A whole, validated response head: places in the bytes it came in, not copies. */
export interface ResponseHead {
  readonly bytes: Buffer;
  /** Where the status line begins. */
  readonly start: number;
  readonly fieldsStart: number;
  /** Just behind the empty line that closes the head. */
  readonly end: number;
  readonly statusCode: number;
  /** The `x` of `HTTP/1.x`. */
  readonly minorVersion: number;
  readonly body: BodyLength;
  /** Whether the target means to go on after this response, and its framing lets it (RFC 9112 §9.3). */
  readonly isPersistent: boolean;
}

const STATUS_LINE_PREFIX = 'HTTP/1.1 200'.length;

/** The reason phrase; empty where the target sent none. */
export function reasonOf(head: ResponseHead): string {
  return head.bytes.toString('latin1', head.start + STATUS_LINE_PREFIX, head.fieldsStart).trim();
}
