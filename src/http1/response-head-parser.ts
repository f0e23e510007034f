import { type BodyLength, NO_BODY, UNTIL_CLOSE } from './body-length';
import { type ResponseFault } from './fault';
import { Framing } from './framing';
import { CR, LF, isBlank } from './grammar';
import { scanLenientFieldLine, scanStatusLine, type LenientLine } from './lenient-line';
import { type HeadLimits } from './limits';
import { FAULTY, INCOMPLETE } from './progress';
import { type ResponseHead } from './response-head';
import { unfold } from './unfold';

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const FIRST_FINAL = 200;

/**
 * Parses response heads, however they are cut. Old servers end lines with a bare LF, leave the reason phrase out and fold
 * lines: that is tolerated, since no two parsers differ on what it means. What could be framed in two ways is a fault.
 */
export class ResponseHeadParser {
  fault: ResponseFault = 'bad-status-line';
  readonly #limits: HeadLimits;
  readonly #framing = new Framing();
  readonly #line: LenientLine = { nameEnd: 0, valueEnd: 0, statusCode: 0, minorVersion: 0, fault: 'bad-field-line' };
  #lineOffset = 0;
  #fieldsOffset = 0;
  #fieldCount = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** The head that begins at `start` and answers `method`, or one of {@link INCOMPLETE} and {@link FAULTY}. */
  parse(bytes: Buffer, start: number, end: number, method: string): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    const stop = Math.min(end, start + this.#limits.maxHeadBytes);
    if (this.#lineOffset === 0) {
      const at = scanStatusLine(bytes, start, stop, this.#line);
      if (at === FAULTY) return this.#refuse(this.#line.fault);
      if (at === INCOMPLETE) return stop < end ? this.#refuse('head-too-large') : INCOMPLETE;
      this.#rewind(at - start);
    }
    return this.#fieldSection(bytes, start, stop, end, method);
  }

  #fieldSection(
    bytes: Buffer,
    start: number,
    stop: number,
    end: number,
    method: string,
  ): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    let at = start + this.#lineOffset;
    while (at < stop) {
      if (bytes[at] === LF) return this.#complete(bytes, start, at + 1, method);
      if (bytes[at] === CR) {
        if (at + 1 === stop) break;
        return bytes[at + 1] === LF ? this.#complete(bytes, start, at + 2, method) : this.#refuse('bare-cr');
      }
      if (isBlank(bytes[at])) {
        if (this.#lineOffset === this.#fieldsOffset) return this.#refuse('obsolete-line-folding');
        unfold(bytes, at, stop);
        this.#rewind(this.#fieldsOffset);
        at = start + this.#fieldsOffset;
        continue;
      }
      const next = scanLenientFieldLine(bytes, at, stop, this.#line);
      if (next === INCOMPLETE) break;
      if (next === FAULTY) return this.#refuse(this.#line.fault);
      if (++this.#fieldCount > this.#limits.maxFields) return this.#refuse('too-many-fields');
      this.#framing.note(bytes, at, this.#line.nameEnd, this.#line.valueEnd);
      at = next;
      this.#lineOffset = at - start;
    }
    return stop < end ? this.#refuse('head-too-large') : INCOMPLETE;
  }

  #complete(bytes: Buffer, start: number, end: number, method: string): ResponseHead | typeof FAULTY {
    const { statusCode, minorVersion } = this.#line;
    const body = this.#bodyLength(statusCode, minorVersion, method);
    if (typeof body === 'string') return this.#refuse(body);
    const fieldsStart = start + this.#fieldsOffset;
    const isPersistent = body !== UNTIL_CLOSE && this.#framing.isPersistent(minorVersion);
    this.#lineOffset = 0;
    return { bytes, start, fieldsStart, end, statusCode, minorVersion, body, isPersistent };
  }

  /** RFC 9112 §6.3: some responses have no body whatever they say; a switched protocol is not a body. */
  #bodyLength(statusCode: number, minorVersion: number, method: string): BodyLength | ResponseFault {
    const hasNoBody =
      method === 'HEAD' ||
      statusCode < FIRST_FINAL ||
      statusCode === NO_CONTENT ||
      statusCode === NOT_MODIFIED ||
      (method === 'CONNECT' && statusCode < 300);
    return hasNoBody ? NO_BODY : this.#framing.responseBody(minorVersion);
  }

  /** Starts, or starts again, with the first field line. */
  #rewind(fieldsOffset: number): void {
    this.#lineOffset = this.#fieldsOffset = fieldsOffset;
    this.#fieldCount = 0;
    this.#framing.reset();
  }

  #refuse(fault: ResponseFault): typeof FAULTY {
    this.fault = fault;
    return FAULTY;
  }
}
