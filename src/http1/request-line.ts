import { isAbsoluteAuthority, isAuthorityForm } from './authority';
import { type RequestFault } from './fault';
import {
  ASTERISK,
  COLON,
  CR,
  LF,
  QUESTION_MARK,
  REQUEST_TARGET,
  SCHEME,
  SLASH,
  SP,
  TOKEN,
  digitValue,
  isAlpha,
  isDigit,
  skipIn,
} from './grammar';
import { NO_RUN, type PausableLine, pauseIn } from './paused-scan';
import { FAULTY } from './scan-result';
import { methodName } from './request-head';

const VERSION = Buffer.from('HTTP/1.1\r\n');
const MAJOR = 5;
const MINOR = 7;
const LINE_END = 8;

/** Registered methods have up to 17 characters. A longer run without a space is no request line, however long it goes on. */
const MAX_METHOD_BYTES = 64;

/** The parts of one request line (RFC 9112 §3), filled in as they are found; offsets count from the line's start. */
export class RequestLine implements PausableLine {
  method = '';
  targetOffset = 0;
  targetEndOffset = 0;
  minorVersion = 0;
  /** Whether the line ends in LF without CR. */
  endsInLf = false;
  fault: RequestFault = 'bad-request-line';
  run = NO_RUN;

  /** Validates the line that begins at `start` and returns the position after it. */
  scan(bytes: Buffer, start: number, stop: number): number {
    const methodEnd = skipIn(TOKEN, bytes, start, Math.min(stop, start + MAX_METHOD_BYTES + 1));
    if (methodEnd - start > MAX_METHOD_BYTES) return this.#refuse('bad-request-line');
    if (methodEnd === stop) return pauseIn(this, NO_RUN);
    if (bytes[methodEnd] !== SP || methodEnd === start) return this.#refuse('bad-request-line');
    this.method = methodName(bytes, start, methodEnd);
    const targetStart = methodEnd + 1;
    const at = skipIn(REQUEST_TARGET, bytes, targetStart, stop);
    if (at === stop) return pauseIn(this, REQUEST_TARGET);
    this.targetOffset = targetStart - start;
    this.targetEndOffset = at - start;
    if (bytes[at] !== SP) return this.#refuse(lineEndFault(bytes[at]));
    if (!hasKnownForm(this.method, bytes, targetStart, at)) return this.#refuse('bad-request-target');
    return this.#version(bytes, at + 1, stop);
  }

  /** Clears the parsed line, so that a later rejection without a request line does not report this one. */
  forget(): void {
    this.method = '';
    this.targetEndOffset = 0;
  }

  #version(bytes: Buffer, start: number, stop: number): number {
    const end = Math.min(stop, start + VERSION.length);
    for (let at = start; at < end; at++) {
      const offset = at - start;
      const isMatch = offset === MAJOR || offset === MINOR ? isDigit(bytes[at]) : bytes[at] === VERSION[offset];
      if (isMatch) continue;
      if (offset === LINE_END && bytes[at] === LF) return this.#complete(bytes, start, at + 1, true);
      return this.#refuse(offset === LINE_END + 1 ? 'bare-cr' : 'bad-version');
    }
    return end - start < VERSION.length ? pauseIn(this, NO_RUN) : this.#complete(bytes, start, end, false);
  }

  #complete(bytes: Buffer, versionStart: number, end: number, endsInLf: boolean): number {
    if (bytes[versionStart + MAJOR] !== VERSION[MAJOR]) return this.#refuse('unsupported-version');
    this.minorVersion = digitValue(bytes[versionStart + MINOR]);
    this.endsInLf = endsInLf;
    return end;
  }

  #refuse(fault: RequestFault): number {
    this.fault = fault;
    return FAULTY;
  }
}

/** The four forms of RFC 9112 §3.2. */
function hasKnownForm(method: string, bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start];
  if (start === end) return false;
  if (method === 'CONNECT') return isAuthorityForm(bytes, start, end);
  if (first === SLASH) return true;
  if (first === ASTERISK) return end - start === 1 && method === 'OPTIONS';
  return isAbsoluteForm(bytes, start, end);
}

/** A scheme, `://`, and an authority (RFC 9112 §3.2.2); the rest may be anything that a target may hold. */
function isAbsoluteForm(bytes: Buffer, start: number, end: number): boolean {
  if (!isAlpha(bytes[start])) return false;
  let at = skipIn(SCHEME, bytes, start, end);
  if (bytes[at] !== COLON || bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return false;
  const authorityStart = at + 3;
  at = authorityStart;
  while (at < end && bytes[at] !== SLASH && bytes[at] !== QUESTION_MARK) at++;
  return isAbsoluteAuthority(bytes, authorityStart, at);
}

/** The fault that an octet outside the request target's grammar shows. A line that ends here is HTTP/0.9. */
const lineEndFault = (octet: number | undefined): RequestFault =>
  octet === CR || octet === LF ? 'bad-request-line' : 'bad-request-target';
