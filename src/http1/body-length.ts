/**
 * The length of a message body, known from its head (RFC 9112 §6): a number of bytes, or one of two ways to find its end
 * while reading. Negative numbers stand for these, because each exchange has two of these values.
 */
export type BodyLength = number & { readonly brand: 'BodyLength' };

export const NO_BODY = 0 as BodyLength;
/** The chunked coding marks the end (RFC 9112 §7.1). */
export const CHUNKED = -1 as BodyLength;
/** The connection's end is the body's end (RFC 9112 §6.3, rule 8). Responses only. */
export const UNTIL_CLOSE = -2 as BodyLength;
