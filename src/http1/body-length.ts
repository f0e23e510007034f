/**
 * How long a message body is, before any of it has been read (RFC 9112 §6): a number of bytes, or one of two ways to find
 * out on the way. A number, because every exchange has two of them.
 */
export type BodyLength = number & { readonly brand: 'BodyLength' };

export const NO_BODY = 0 as BodyLength;
/** The chunked coding says where it ends (RFC 9112 §7.1). */
export const CHUNKED = -1 as BodyLength;
/** The connection's end is the body's end (RFC 9112 §6.3, rule 8). Responses only. */
export const UNTIL_CLOSE = -2 as BodyLength;
