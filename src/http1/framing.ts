import { type BodyLength, CHUNKED, NO_BODY, UNTIL_CLOSE } from './body-length';
import { type RequestFault } from './fault';
import { COMMA, TOKEN, equalsIgnoreCase, isDigit, isIn, skipBlank, trimBlank } from './grammar';

type FramingFault = Extract<
  RequestFault,
  | 'bad-content-length'
  | 'conflicting-content-length'
  | 'length-with-transfer-coding'
  | 'bad-transfer-coding'
  | 'transfer-coding-on-http10'
>;

type RequestOnlyFault = Extract<
  RequestFault,
  'disguised-framing' | 'repeated-content-length' | 'unknown-transfer-coding'
>;

const NO_LENGTH = -1;

/**
 * What the field lines of one head say of framing and persistence, collected line by line as they pass, and judged when
 * the head is complete. Used again for the next head of the same connection.
 */
export class Framing {
  /** `close` was among the connection options (RFC 9112 §9.6). */
  #hasClose = false;
  /** `keep-alive` was among the connection options: what makes an HTTP/1.0 connection persistent. */
  #hasKeepAlive = false;
  /** The first thing found wrong; nothing after it counts. */
  #fault: FramingFault | undefined;
  #contentLength = NO_LENGTH;
  #hasCoding = false;
  #isChunked = false;
  /** Another coding than `chunked` was among the codings. */
  #hasOtherCoding = false;
  /** White space stands behind a list of codings, which some servers take for a part of the last one's name. */
  #isCodingPadded = false;
  #isLengthRepeated = false;
  /** A field stands there that CGI and its descendants cannot tell from one that frames. */
  #isDisguised = false;

  reset(): void {
    this.#hasClose = false;
    this.#hasKeepAlive = false;
    this.#fault = undefined;
    this.#contentLength = NO_LENGTH;
    this.#hasCoding = false;
    this.#isChunked = false;
    this.#hasOtherCoding = false;
    this.#isCodingPadded = false;
    this.#isLengthRepeated = false;
    this.#isDisguised = false;
  }

  /** Looks at one field line; the length of its name tells most others apart. */
  note(bytes: Uint8Array, lineStart: number, nameEnd: number, valueEnd: number): void {
    const length = nameEnd - lineStart;
    if (length !== 10 && length !== 14 && length !== 17) return;
    const start = skipBlank(bytes, nameEnd + 1, valueEnd);
    const end = trimBlank(bytes, start, valueEnd);
    if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'connection')) this.#addConnectionOptions(bytes, start, end);
    else if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'content-length')) this.#addContentLength(bytes, start, end);
    else if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'transfer-encoding')) {
      this.#addTransferCodings(bytes, start, end);
      if (end < valueEnd) this.#isCodingPadded = true;
    } else if (isDisguised(bytes, lineStart, nameEnd)) this.#isDisguised = true;
  }

  /** One `Content-Length` value (RFC 9110 §8.6): digits only, and the same as any before it. */
  #addContentLength(bytes: Uint8Array, start: number, end: number): void {
    const length = parseDecimal(bytes, start, end);
    if (this.#contentLength !== NO_LENGTH) this.#isLengthRepeated = true;
    if (length === undefined) this.#fault ??= 'bad-content-length';
    else if (this.#contentLength !== NO_LENGTH && this.#contentLength !== length) {
      this.#fault ??= 'conflicting-content-length';
    } else this.#contentLength = length;
  }

  /** One `Transfer-Encoding` value; lines add up to one list (RFC 9110 §5.3, RFC 9112 §6.1). */
  #addTransferCodings(bytes: Uint8Array, start: number, end: number): void {
    this.#hasCoding = true;
    forEachListed(bytes, start, end, (from, to) => {
      if (this.#isChunked || !isToken(bytes, from, to)) this.#fault ??= 'bad-transfer-coding';
      else if (equalsIgnoreCase(bytes, from, to, 'chunked')) this.#isChunked = true;
      else this.#hasOtherCoding = true;
    });
  }

  /** One `Connection` value; most hold the one option `keep-alive`. */
  #addConnectionOptions(bytes: Uint8Array, start: number, end: number): void {
    if (equalsIgnoreCase(bytes, start, end, 'keep-alive')) {
      this.#hasKeepAlive = true;
      return;
    }
    forEachListed(bytes, start, end, (from, to) => {
      if (equalsIgnoreCase(bytes, from, to, 'close')) this.#hasClose = true;
      else if (equalsIgnoreCase(bytes, from, to, 'keep-alive')) this.#hasKeepAlive = true;
    });
  }

  /** RFC 9112 §9.3. Whether the body lets the connection go on is another question. */
  isPersistent(minorVersion: number): boolean {
    return !this.#hasClose && (minorVersion >= 1 || this.#hasKeepAlive);
  }

  /**
   * The length of a request's body (RFC 9112 §6.3), or what is wrong with it. Servers that know no coding but `chunked` read
   * past any other without a word, and one that is told its length twice may read none: such requests are refused.
   */
  requestBody(minorVersion: number): BodyLength | FramingFault | RequestOnlyFault {
    const body = this.#declaredBody(minorVersion, NO_BODY);
    if (typeof body === 'string') return body;
    if (this.#isDisguised) return 'disguised-framing';
    if (this.#isLengthRepeated) return 'repeated-content-length';
    if (!this.#hasCoding) return body;
    if (!this.#isChunked || this.#isCodingPadded) return 'bad-transfer-coding';
    return this.#hasOtherCoding ? 'unknown-transfer-coding' : body;
  }

  /** The length of the body of a response that may have one, or what is wrong with it. */
  responseBody(minorVersion: number): BodyLength | FramingFault {
    return this.#declaredBody(minorVersion, UNTIL_CLOSE);
  }

  #declaredBody(minorVersion: number, undeclared: BodyLength): BodyLength | FramingFault {
    if (this.#hasCoding) {
      if (minorVersion === 0) this.#fault ??= 'transfer-coding-on-http10';
      else if (this.#contentLength !== NO_LENGTH) this.#fault ??= 'length-with-transfer-coding';
    }
    if (this.#fault !== undefined) return this.#fault;
    if (this.#hasCoding) return this.#isChunked ? CHUNKED : undeclared;
    return this.#contentLength === NO_LENGTH ? undeclared : (this.#contentLength as BodyLength);
  }
}

/** `1*DIGIT` up to 2^53 − 1, beyond which a number would no longer be exact. */
function parseDecimal(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (start === end) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) {
    const octet = bytes[i];
    if (octet === undefined || !isDigit(octet)) return undefined;
    value = value * 10 + (octet - 0x30);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}

/** `Content_Length` and `Transfer_Encoding`: CGI turns them and the real ones into the same variable (RFC 3875 §4.1.18). */
const isDisguised = (bytes: Uint8Array, start: number, end: number): boolean =>
  equalsIgnoreCase(bytes, start, end, 'content_length') || equalsIgnoreCase(bytes, start, end, 'transfer_encoding');

function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isIn(TOKEN, bytes[i])) return false;
  return start < end;
}

/** Calls `visit` for each element of a comma-separated list, the white space round it left out; empty ones too. */
function forEachListed(bytes: Uint8Array, start: number, end: number, visit: (from: number, to: number) => void): void {
  let from = start;
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== COMMA) continue;
    const elementStart = skipBlank(bytes, from, i);
    visit(elementStart, trimBlank(bytes, elementStart, i));
    from = i + 1;
  }
}
