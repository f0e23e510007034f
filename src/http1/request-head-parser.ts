import { isHostValue } from './authority';
import { NO_BODY } from './body-length';
import { type RequestFault } from './fault';
import { type ScannedLine, scanFieldLine } from './field-line';
import { Framing } from './framing';
import { CR, LF, equalsIgnoreCase, skipBlank, trimBlank } from './grammar';
import { type HeadLimits } from './limits';
import { FAULTY, INCOMPLETE } from './progress';
import { type RequestHead } from './request-head';
import { RequestLine } from './request-line';

/**
 * Parses request heads one after another, however they are cut: line by line, each validated once it is whole. The caller
 * offers the same head again from its first byte, with more bytes behind, until it is complete.
 */
export class RequestHeadParser {
  fault: RequestFault = 'bad-request-line';
  readonly #limits: HeadLimits;
  readonly #line = new RequestLine();
  readonly #framing = new Framing();
  readonly #field: ScannedLine = { nameEnd: 0, valueEnd: 0, fault: 'bad-field-line' };
  /** Where the first line not yet validated begins, from the head's start. */
  #lineOffset = 0;
  #fieldsOffset = 0;
  #fieldCount = 0;
  #hostCount = 0;
  #hasBadHost = false;
  #hasUpgrade = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** The method and target of the head now being parsed, as far as they are known: for the record of a refusal. */
  get requestLine(): Readonly<RequestLine> {
    return this.#line;
  }

  /** The head that begins at `start`, or one of {@link INCOMPLETE} and {@link FAULTY}. */
  parse(bytes: Buffer, start: number, end: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    if (this.#lineOffset === 0) {
      this.#reset();
      const stop = Math.min(end, start + this.#limits.maxRequestLineBytes);
      const at = this.#line.scan(bytes, start, stop);
      if (at === FAULTY) return this.#refuse(this.#line.fault);
      if (at === INCOMPLETE) return stop < end ? this.#refuse('request-line-too-long') : INCOMPLETE;
      this.#lineOffset = this.#fieldsOffset = at - start;
    }
    return this.#fieldSection(bytes, start, end);
  }

  #fieldSection(bytes: Buffer, start: number, end: number): RequestHead | typeof INCOMPLETE | typeof FAULTY {
    const stop = Math.min(end, start + this.#limits.maxHeadBytes);
    let at = start + this.#lineOffset;
    while (at < stop) {
      if (bytes[at] === CR) {
        if (at + 1 === stop) break;
        return bytes[at + 1] === LF ? this.#complete(bytes, start, at + 2) : this.#refuse('bare-cr');
      }
      const next = scanFieldLine(bytes, at, stop, this.#field);
      if (next === INCOMPLETE) break;
      if (next === FAULTY) return this.#refuse(this.#field.fault);
      if (++this.#fieldCount > this.#limits.maxFields) return this.#refuse('too-many-fields');
      this.#note(bytes, at);
      at = next;
      this.#lineOffset = at - start;
    }
    return stop < end ? this.#refuse('head-too-large') : INCOMPLETE;
  }

  #note(bytes: Buffer, lineStart: number): void {
    const { nameEnd, valueEnd } = this.#field;
    const length = nameEnd - lineStart;
    if (length === 4) {
      if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'host')) this.#noteHost(bytes);
    } else if (length === 7) {
      if (equalsIgnoreCase(bytes, lineStart, nameEnd, 'upgrade')) this.#hasUpgrade = true;
    } else this.#framing.note(bytes, lineStart, nameEnd, valueEnd);
  }

  #noteHost(bytes: Buffer): void {
    this.#hostCount++;
    const start = skipBlank(bytes, this.#field.nameEnd + 1, this.#field.valueEnd);
    const end = trimBlank(bytes, start, this.#field.valueEnd);
    if (!isHostValue(bytes, start, end)) this.#hasBadHost = true;
  }

  #complete(bytes: Buffer, start: number, end: number): RequestHead | typeof FAULTY {
    const { method, targetOffset, targetEndOffset, minorVersion } = this.#line;
    const hostFault = this.#hostFault(minorVersion);
    if (hostFault !== undefined) return this.#refuse(hostFault);
    const body = this.#framing.requestBody(minorVersion);
    if (typeof body === 'string') return this.#refuse(body);
    if (method === 'CONNECT' && body !== NO_BODY) return this.#refuse('connect-with-content');
    this.#lineOffset = 0;
    this.#line.forget();
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

  /** RFC 9112 §3.2: exactly one Host in HTTP/1.1, at most one in HTTP/1.0, and a valid one. */
  #hostFault(minorVersion: number): RequestFault | undefined {
    if (this.#hostCount === 0) return minorVersion === 0 ? undefined : 'missing-host';
    if (this.#hostCount > 1) return 'repeated-host';
    return this.#hasBadHost ? 'bad-host' : undefined;
  }

  #refuse(fault: RequestFault): typeof FAULTY {
    this.fault = fault;
    return FAULTY;
  }

  #reset(): void {
    this.#framing.reset();
    this.#fieldCount = 0;
    this.#hostCount = 0;
    this.#hasBadHost = false;
    this.#hasUpgrade = false;
  }
}
