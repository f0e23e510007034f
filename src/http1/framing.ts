import { type BodyLength, CHUNKED, NO_BODY, UNTIL_CLOSE } from './body-length';
import { type RequestFault, type ResponseFault } from './fault';
import { COMMA, SP, TOKEN, equalsIgnoreCase, isDigit, isIn, skipBlank, trimBlank } from './grammar';

type RequestFramingFault = Extract<
  RequestFault,
  | 'bad-content-length'
  | 'conflicting-content-length'
  | 'repeated-content-length'
  | 'disguised-framing'
  | 'length-with-transfer-coding'
  | 'bad-transfer-coding'
  | 'unknown-transfer-coding'
  | 'transfer-coding-on-http10'
>;

type ShownFault = RequestFramingFault | 'connect-with-content';

type ResponseFramingFault = Extract<RequestFramingFault, ResponseFault>;

const NO_LENGTH = -1;

/** The transfer codings of RFC 9112 §7.2 and their older names; HTTP/1.x knows no others. */
const COMPRESSIONS = ['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress'];

/**
 * The statements of one head's field lines about framing and persistence, collected line by line and judged when the head is
 * complete. Reused for the next head of the same connection.
 */
export class Framing {
  /** `close` was among the connection options (RFC 9112 §9.6). */
  #hasClose = false;
  /** `keep-alive` was among the connection options: it makes an HTTP/1.0 connection persistent. */
  #hasKeepAlive = false;
  /** The first fault of a Content-Length field. */
  #lengthFault: 'bad-content-length' | 'conflicting-content-length' | undefined;
  #contentLength = NO_LENGTH;
  #hasLength = false;
  #isLengthRepeated = false;
  #hasCoding = false;
  #chunkedCount = 0;
  /** A coding other than `chunked` and `identity` was listed. */
  #hasOtherCoding = false;
  #hasUnknownCoding = false;
  /** A coding was listed after `chunked`, or a list element is not a token. */
  #isCodingMalformed = false;
  /** `identity` or an empty element was listed. */
  #hasVoidCoding = false;
  /** White space other than a single leading space surrounds a framing value; some servers take it for a part of the value. */
  #isPadded = false;
  /** A field is present that CGI and its descendants cannot tell from a framing field. */
  #isDisguised = false;
  /** The offsets of the lines that {@link faultOffset} returns. Valid if there is such a line. */
  #lengthOffset = 0;
  #codingOffset = 0;
  #disguisedOffset = 0;

  reset(): void {
    this.#hasClose = false;
    this.#hasKeepAlive = false;
    this.#lengthFault = undefined;
    this.#contentLength = NO_LENGTH;
    this.#hasLength = false;
    this.#isLengthRepeated = false;
    this.#hasCoding = false;
    this.#chunkedCount = 0;
    this.#hasOtherCoding = false;
    this.#hasUnknownCoding = false;
    this.#isCodingMalformed = false;
    this.#hasVoidCoding = false;
    this.#isPadded = false;
    this.#isDisguised = false;
  }

  /**
   * Notes one field line, which begins `lineOffset` bytes after its head, and returns whether it is a framing field. The length
   * of its name tells most others apart.
   */
  note(bytes: Uint8Array, lineStart: number, nameEnd: number, valueEnd: number, lineOffset: number): boolean {
    const length = nameEnd - lineStart;
    if (length !== 10 && length !== 14 && length !== 17) return false;
    const start = skipBlank(bytes, nameEnd + 1, valueEnd);
    const end = trimBlank(bytes, start, valueEnd);
    if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'connection')) {
      this.#addConnectionOptions(bytes, start, end);
      return false;
    }
    if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'content-length')) {
      if (this.#lengthFault === undefined) this.#lengthOffset = lineOffset;
      this.#addContentLength(bytes, start, end);
    } else if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'transfer-encoding')) {
      if (!this.#isCodingFaulty) this.#codingOffset = lineOffset;
      this.#addCodings(bytes, start, end);
    } else {
      if (!isDisguised(bytes, lineStart, nameEnd)) return false;
      this.#isDisguised = true;
      this.#disguisedOffset = lineOffset;
      return true;
    }
    if (end < valueEnd || start > nameEnd + 2 || (start === nameEnd + 2 && bytes[nameEnd + 1] !== SP)) {
      this.#isPadded = true;
    }
    return true;
  }

  /** Whether white space surrounds a framing value that a request may carry only without it. */
  get isPadded(): boolean {
    return this.#isPadded;
  }

  /** One `Content-Length` value (RFC 9110 §8.6): digits only, and the same as any before it. */
  #addContentLength(bytes: Uint8Array, start: number, end: number): void {
    const length = parseDecimal(bytes, start, end);
    if (this.#hasLength) this.#isLengthRepeated = true;
    this.#hasLength = true;
    if (length === undefined) this.#lengthFault ??= 'bad-content-length';
    else if (this.#contentLength !== NO_LENGTH && this.#contentLength !== length) {
      this.#lengthFault ??= 'conflicting-content-length';
    } else this.#contentLength = length;
  }

  /** One `Transfer-Encoding` value; lines add up to one list (RFC 9110 §5.3, RFC 9112 §6.1). */
  #addCodings(bytes: Uint8Array, start: number, end: number): void {
    this.#hasCoding = true;
    forEachListed(bytes, start, end, (from, to) => {
      if (from === to || equalsIgnoreCase(bytes, from, to, 'identity')) this.#hasVoidCoding = true;
      else if (equalsIgnoreCase(bytes, from, to, 'chunked')) this.#chunkedCount++;
      else {
        if (this.#chunkedCount > 0 || !isToken(bytes, from, to)) this.#isCodingMalformed = true;
        this.#hasOtherCoding = true;
        if (!COMPRESSIONS.some((name) => equalsIgnoreCase(bytes, from, to, name))) this.#hasUnknownCoding = true;
      }
    });
  }

  /** One `Connection` value; most contain the one option `keep-alive`. */
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

  /** RFC 9112 §9.3. Whether the body allows the connection to persist is another question. */
  isPersistent(minorVersion: number): boolean {
    return !this.#hasClose && (minorVersion >= 1 || this.#hasKeepAlive);
  }

  /**
   * The length of a request's body (RFC 9112 §6.3), or its fault. Servers that know no coding but `chunked` ignore any other
   * without an error, and one that reads two lengths may use neither: such requests are refused.
   */
  requestBody(minorVersion: number): BodyLength | RequestFramingFault {
    if (this.#hasCoding) {
      if (minorVersion === 0) return 'transfer-coding-on-http10';
      if (this.#hasLength) return 'length-with-transfer-coding';
    }
    if (this.#lengthFault !== undefined) return this.#lengthFault;
    if (this.#isDisguised) return 'disguised-framing';
    if (this.#isLengthRepeated) return 'repeated-content-length';
    if (!this.#hasCoding) return this.#declaredLength(NO_BODY);
    if (this.#isCodingMalformed || this.#hasVoidCoding || this.#chunkedCount !== 1) return 'bad-transfer-coding';
    return this.#hasOtherCoding ? 'unknown-transfer-coding' : CHUNKED;
  }

  /** Whether the transfer codings so far are already none that a request may have. */
  get #isCodingFaulty(): boolean {
    return this.#isCodingMalformed || this.#hasVoidCoding || this.#hasOtherCoding || this.#chunkedCount > 1;
  }

  /** The offset of the line that shows `fault`: of several, the first that is wrong by itself. */
  faultOffset(fault: ShownFault): number {
    switch (fault) {
      case 'disguised-framing':
        return this.#disguisedOffset;
      case 'bad-content-length':
      case 'conflicting-content-length':
      case 'repeated-content-length':
        return this.#lengthOffset;
      case 'transfer-coding-on-http10':
      case 'length-with-transfer-coding':
      case 'bad-transfer-coding':
      case 'unknown-transfer-coding':
        return this.#codingOffset;
      case 'connect-with-content':
        return this.#hasCoding ? this.#codingOffset : this.#lengthOffset;
    }
  }

  /** The length of the body of a response that may have one, or its fault. Valid where {@link needsRepair} is false. */
  responseBody(minorVersion: number): BodyLength | ResponseFramingFault {
    if (this.#hasCoding) {
      if (this.#isCodingMalformed) return 'bad-transfer-coding';
      if (this.#chunkedCount > 0) return CHUNKED;
      if (minorVersion === 0) return 'transfer-coding-on-http10';
      if (this.#hasLength) return 'length-with-transfer-coding';
      return this.#hasUnknownCoding ? 'unknown-transfer-coding' : UNTIL_CLOSE;
    }
    return this.#lengthFault ?? this.#declaredLength(UNTIL_CLOSE);
  }

  /** Whether the framing fields of a response need {@link repairResponseFraming} before they have one reading. */
  needsRepair(minorVersion: number): boolean {
    if (!this.#hasCoding) return this.#isLengthRepeated || this.#lengthFault === 'bad-content-length';
    return this.#hasVoidCoding || this.#chunkedCount > 1 || this.#hasLength || minorVersion === 0;
  }

  #declaredLength(undeclared: BodyLength): BodyLength {
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
