import { isHostValue } from './authority';
import { NO_BODY } from './body-length';
import { type RequestFault, quoteLine } from './fault';
import { type LineEnd, createScannedLine, scanFieldLine, scanValue } from './field-line';
import { Framing } from './framing';
import { CR, LF, equalsIgnoreCase, isBlank, skipBlank, trimBlank } from './grammar';
import { repairRequestHead } from './head-repair';
import { type HeadLimits } from './limits';
import { NO_RUN, PausedScan } from './paused-scan';
import { FAULTY, INCOMPLETE } from './scan-result';
import { type RequestHead } from './request-head';
import { RequestLine } from './request-line';

/**
 * Parses request heads one after another, however they are split: line by line, each validated once it is complete. The
 * caller offers the same head again from its first byte, with more bytes after it, until it is complete.
 *
 * A head that RFC 9112 lets a recipient repair (folded lines §5.2, LF alone as line end §2.2, white space around a framing
 * value) is rendered again in regular form; the head that is returned then stands in bytes of its own.
 */
export class RequestHeadParser {
  fault: RequestFault = 'bad-request-line';
  /** The position after the head last parsed, in the bytes that were offered. */
  end = 0;
  /** The line that shows the fault, see {@link quoteLine}. */
  faultyLine = '';
  readonly #limits: HeadLimits;
  readonly #line = new RequestLine();
  readonly #framing = new Framing();
  readonly #field = createScannedLine();
  readonly #paused = new PausedScan();
  /** The offset of the first line that is not validated yet. */
  #lineOffset = 0;
  #fieldsOffset = 0;
  #fieldCount = 0;
  #hostCount = 0;
  #hasBadHost = false;
  /** The offset of the last Host field. */
  #hostOffset = 0;
  #hasUpgrade = false;
  #hasFold = false;
  /** Whether the last field is one whose value must not be folded: two parsers could read it differently. */
  #mustNotFold = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** The method and target of the head that is being parsed, as far as they are known: for the record of a refusal. */
  get requestLine(): Readonly<RequestLine> {
    return this.#line;
  }

  /** The head that begins at `start`, or one of {@link INCOMPLETE} and {@link FAULTY}. */
  parse(bytes: Buffer, start: number, end: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    if (this.#lineOffset === 0) {
      const stop = Math.min(end, start + this.#limits.maxRequestLineBytes);
      const at = this.#requestLine(bytes, start, stop);
      if (at === FAULTY) return this.#refuse(this.#line.fault, bytes, start);
      if (at === INCOMPLETE) return stop < end ? this.#refuse('request-line-too-long', bytes, start) : INCOMPLETE;
      this.#lineOffset = this.#fieldsOffset = at - start;
    }
    const stop = Math.min(end, start + this.#limits.maxHeadBytes);
    if (!this.#paused.isProlonged(bytes, start, stop)) {
      const head = this.#fieldSection(bytes, start, stop);
      if (head !== INCOMPLETE) return head;
    }
    return stop < end ? this.#refuse('head-too-large', bytes, start + this.#lineOffset) : INCOMPLETE;
  }

  #requestLine(bytes: Buffer, start: number, stop: number): number {
    if (this.#paused.isProlonged(bytes, start, stop)) return INCOMPLETE;
    this.#reset();
    const at = this.#line.scan(bytes, start, stop);
    if (at === INCOMPLETE) this.#paused.pause(this.#line.run, stop - start);
    return at;
  }

  #fieldSection(bytes: Buffer, start: number, stop: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    const lineEnd = this.#line.endsInLf ? 'lf' : 'crlf-or-fold';
    let at = start + this.#lineOffset;
    this.#field.run = NO_RUN;
    while (at < stop) {
      if (bytes[at] === LF && lineEnd === 'lf') return this.#complete(bytes, start, at + 1);
      if (bytes[at] === CR) {
        if (at + 1 === stop) break;
        if (bytes[at + 1] !== LF) return this.#refuse('bare-cr', bytes, at);
        return lineEnd === 'lf' ? this.#refuse('bare-lf', bytes, at) : this.#complete(bytes, start, at + 2);
      }
      let next = scanFieldLine(bytes, at, stop, lineEnd, this.#field);
      if (next >= 0) {
        if (++this.#fieldCount > this.#limits.maxFields) return this.#refuse('too-many-fields', bytes, at);
        this.#note(bytes, at);
      } else if (next === FAULTY) next = this.#foldedLine(bytes, at, stop, lineEnd);
      if (next === INCOMPLETE) break;
      if (next === FAULTY) return FAULTY;
      at = next;
      this.#lineOffset = at - start;
    }
    this.#paused.pause(this.#field.run, stop - start);
    return INCOMPLETE;
  }

  /** The position after a line that continues the field before it (RFC 9112 §5.2), if the faulty line at `at` is one. */
  #foldedLine(bytes: Buffer, at: number, stop: number, lineEnd: LineEnd): number {
    if (!isBlank(bytes[at])) return this.#refuse(this.#field.fault, bytes, at);
    if (this.#mustNotFold || this.#fieldCount === 0) return this.#refuse('obsolete-line-folding', bytes, at);
    this.#hasFold = true;
    const next = scanValue(bytes, at, stop, lineEnd, this.#field);
    return next === FAULTY ? this.#refuse(this.#field.fault, bytes, at) : next;
  }

  #note(bytes: Buffer, lineStart: number): void {
    const { nameEnd, valueEnd } = this.#field;
    const length = nameEnd - lineStart;
    this.#mustNotFold = false;
    if (length === 4) {
      if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'host')) this.#noteHost(bytes);
    } else if (length === 7) {
      if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'upgrade')) this.#hasUpgrade = true;
    } else if (this.#framing.note(bytes, lineStart, nameEnd, valueEnd, this.#lineOffset)) this.#mustNotFold = true;
  }

  #noteHost(bytes: Buffer): void {
    this.#hostCount++;
    this.#hostOffset = this.#lineOffset;
    this.#mustNotFold = true;
    const start = skipBlank(bytes, this.#field.nameEnd + 1, this.#field.valueEnd);
    const end = trimBlank(bytes, start, this.#field.valueEnd);
    if (!isHostValue(bytes, start, end)) this.#hasBadHost = true;
  }

  #complete(bytes: Buffer, start: number, end: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    if (this.#hasFold || this.#line.endsInLf || this.#framing.isPadded) return this.#repair(bytes, start, end);
    const { method, targetOffset, targetEndOffset, minorVersion } = this.#line;
    const hostFault = this.#hostFault(minorVersion);
    if (hostFault !== undefined) return this.#refuse(hostFault, bytes, start + this.#hostOffset);
    const body = this.#framing.requestBody(minorVersion);
    if (typeof body === 'string') return this.#refuse(body, bytes, start + this.#framing.faultOffset(body));
    if (method === 'CONNECT' && body !== NO_BODY) {
      const fault = 'connect-with-content';
      return this.#refuse(fault, bytes, start + this.#framing.faultOffset(fault));
    }
    this.#lineOffset = 0;
    this.#paused.clear();
    this.#line.forget();
    this.end = end;
    return {
      bytes,
      start,
      targetStart: start + targetOffset,
      targetEnd: start + targetEndOffset,
      fieldsStart: start + this.#fieldsOffset,
      end,
      method,
      minorVersion,
      body,
      isPersistent: this.#framing.isPersistent(minorVersion),
      asksToSwitch: this.#hasUpgrade || method === 'CONNECT',
    };
  }

  /** Parses the head again from its regular form, which needs no repair. */
  #repair(bytes: Buffer, start: number, end: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    const repaired = repairRequestHead(bytes.subarray(start, end));
    this.#reset();
    this.#lineOffset = this.#fieldsOffset = this.#line.scan(repaired, 0, repaired.length);
    const head = this.#fieldSection(repaired, 0, repaired.length);
    this.end = end;
    return head;
  }

  /** RFC 9112 §3.2: exactly one Host in HTTP/1.1, at most one in HTTP/1.0, and a valid one. */
  #hostFault(minorVersion: number): RequestFault | undefined {
    if (this.#hostCount === 0) return minorVersion === 0 ? undefined : 'missing-host';
    if (this.#hostCount > 1) return 'repeated-host';
    return this.#hasBadHost ? 'bad-host' : undefined;
  }

  #refuse(fault: RequestFault, bytes: Buffer, lineStart: number): typeof FAULTY {
    this.fault = fault;
    this.faultyLine = quoteLine(bytes, lineStart);
    return FAULTY;
  }

  #reset(): void {
    this.#framing.reset();
    this.#fieldCount = 0;
    this.#hostCount = 0;
    this.#hostOffset = 0;
    this.#hasBadHost = false;
    this.#hasUpgrade = false;
    this.#hasFold = false;
    this.#mustNotFold = false;
  }
}
