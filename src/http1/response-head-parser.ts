import { NO_BODY, UNTIL_CLOSE } from './body-length';
import { type ResponseFault, quoteLine } from './fault';
import { Framing } from './framing';
import { CR, LF, isBlank } from './grammar';
import { repairResponseFraming, repairResponseLines } from './head-repair';
import { type HeadLimits } from './limits';
import { NO_RUN, PausedScan } from './paused-scan';
import { FAULTY, INCOMPLETE } from './scan-result';
import { type ResponseHead } from './response-head';
import { createResponseLine, scanResponseFieldLine } from './response-line';
import { scanStatusLine } from './status-line';

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const FIRST_FINAL = 200;

/**
 * Parses response heads, however they are split. A head that a browser reads in one way, though it is not well-formed, is
 * rendered again in regular form (`head-repair.ts`); the head that is returned then stands in bytes of its own. A head
 * that could be framed in two ways is a fault.
 */
export class ResponseHeadParser {
  fault: ResponseFault = 'bad-status-line';
  /** The line that shows the fault, see {@link quoteLine}. */
  faultyLine = '';
  /** The position after the head last parsed, in the bytes that were offered. */
  end = 0;
  readonly #limits: HeadLimits;
  readonly #framing = new Framing();
  readonly #line = createResponseLine();
  readonly #paused = new PausedScan();
  #lineOffset = 0;
  #fieldsOffset = 0;
  #fieldCount = 0;
  /** Whether the head that is being parsed went through {@link repairResponseFraming}. */
  #isFramingRepaired = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** The head that begins at `start` and answers `method`, or one of {@link INCOMPLETE} and {@link FAULTY}. */
  parse(bytes: Buffer, start: number, end: number, method: string): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    const stop = Math.min(end, start + this.#limits.maxHeadBytes);
    if (!this.#paused.isProlonged(bytes, start, stop)) {
      const head = this.#parse(bytes, start, stop, method);
      if (head !== INCOMPLETE) return head;
      this.#paused.pause(this.#line.run, stop - start);
    }
    return stop < end ? this.#refuse('head-too-large', bytes, start + this.#lineOffset) : INCOMPLETE;
  }

  #parse(bytes: Buffer, start: number, stop: number, method: string): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    if (this.#lineOffset === 0) {
      const at = scanStatusLine(bytes, start, stop, this.#line);
      if (at === FAULTY) return this.#refuse(this.#line.fault, bytes, start);
      if (at === INCOMPLETE) return INCOMPLETE;
      this.#lineOffset = this.#fieldsOffset = at - start;
      this.#fieldCount = 0;
      this.#framing.reset();
    }
    return this.#fieldSection(bytes, start, stop, method);
  }

  #fieldSection(
    bytes: Buffer,
    start: number,
    stop: number,
    method: string,
  ): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    let at = start + this.#lineOffset;
    this.#line.run = NO_RUN;
    while (at < stop) {
      if (bytes[at] === LF) {
        this.#line.isIrregular = true;
        return this.#complete(bytes, start, at + 1, method);
      }
      if (bytes[at] === CR) {
        if (at + 1 === stop) return INCOMPLETE;
        return bytes[at + 1] === LF ? this.#complete(bytes, start, at + 2, method) : this.#refuse('bare-cr', bytes, at);
      }
      const next = scanResponseFieldLine(bytes, at, stop, this.#line);
      if (next === INCOMPLETE) return INCOMPLETE;
      if (next === FAULTY) return this.#refuse(this.#line.fault, bytes, at);
      // A folded line belongs to the field before it.
      if (!isBlank(bytes[at]) && ++this.#fieldCount > this.#limits.maxFields) {
        return this.#refuse('too-many-fields', bytes, at);
      }
      this.#framing.note(bytes, at, this.#line.nameEnd, this.#line.valueEnd, this.#lineOffset);
      at = next;
      this.#lineOffset = at - start;
    }
    return INCOMPLETE;
  }

  #complete(
    bytes: Buffer,
    start: number,
    end: number,
    method: string,
  ): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    this.#lineOffset = 0;
    this.#paused.clear();
    this.end = end;
    const { statusCode, minorVersion, isIrregular } = this.#line;
    if (isIrregular) return this.#parseAgain(repairResponseLines(bytes.subarray(start, end)), end, method);
    if (statesFraming(statusCode, method) && !this.#isFramingRepaired && this.#framing.needsRepair(minorVersion)) {
      this.#isFramingRepaired = true;
      return this.#parseAgain(repairResponseFraming(bytes.subarray(start, end)), end, method);
    }
    this.#isFramingRepaired = false;
    const body = mayHaveBody(statusCode, method) ? this.#framing.responseBody(minorVersion) : NO_BODY;
    if (typeof body === 'string') return this.#refuse(body, bytes, start + this.#framing.faultOffset(body));
    const isPersistent = body !== UNTIL_CLOSE && this.#framing.isPersistent(minorVersion);
    const fieldsStart = start + this.#fieldsOffset;
    return { bytes, start, fieldsStart, end, statusCode, minorVersion, body, isPersistent };
  }

  /** Parses the regular form of the head that ends at `end`. */
  #parseAgain(repaired: Buffer, end: number, method: string): ResponseHead | typeof INCOMPLETE | typeof FAULTY {
    const head = this.#parse(repaired, 0, repaired.length, method);
    this.end = end;
    return head;
  }

  #refuse(fault: ResponseFault, bytes: Buffer, lineStart: number): typeof FAULTY {
    this.fault = fault;
    this.faultyLine = quoteLine(bytes, lineStart);
    return FAULTY;
  }
}

/** Whether framing fields describe content, be it that of a response to GET (RFC 9110 §8.6): clients check them all the same. */
const statesFraming = (statusCode: number, method: string): boolean =>
  statusCode >= FIRST_FINAL && (method !== 'CONNECT' || statusCode >= 300);

/** RFC 9112 §6.3: some responses have no body whatever their fields say; a switched protocol is not a body. */
function mayHaveBody(statusCode: number, method: string): boolean {
  if (method === 'HEAD' || statusCode < FIRST_FINAL || statusCode === NO_CONTENT || statusCode === NOT_MODIFIED) {
    return false;
  }
  return method !== 'CONNECT' || statusCode >= 300;
}
