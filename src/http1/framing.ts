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

/** The codings of RFC 9112 §7 and their old names, `chunked` aside. They change what a body means, not where it ends. */
const KNOWN_CODINGS = ['gzip', 'deflate', 'compress', 'x-gzip', 'x-compress'];

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
  #hasUnknownCoding = false;

  reset(): void {
    this.#hasClose = false;
    this.#hasKeepAlive = false;
    this.#fault = undefined;
    this.#contentLength = NO_LENGTH;
    this.#hasCoding = false;
    this.#isChunked = false;
    this.#hasUnknownCoding = false;
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
    }
  }

  /** One `Content-Length` value (RFC 9110 §8.6): digits only, and the same as any before it. */
  #addContentLength(bytes: Uint8Array, start: number, end: number): void {
    const length = parseDecimal(bytes, start, end);
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
      else if (!KNOWN_CODINGS.some((coding) => equalsIgnoreCase(bytes, from, to, coding)))
        this.#hasUnknownCoding = true;
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

  /** The length of a request's body (RFC 9112 §6.3), or what is wrong with it. */
  requestBody(minorVersion: number): BodyLength | FramingFault | 'unknown-transfer-coding' {
    const body = this.#declaredBody(minorVersion, NO_BODY);
    if (typeof body === 'string' || !this.#hasCoding) return body;
    if (this.#hasUnknownCoding) return 'unknown-transfer-coding';
    return this.#isChunked ? body : 'bad-transfer-coding';
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
