import { type BodyLength, CHUNKED, UNTIL_CLOSE } from './body-length';
import { type ChunkLine, scanChunkLine } from './chunk-line';
import { type RequestFault, quoteLine } from './fault';
import { createScannedLine, scanFieldLine } from './field-line';
import { CR, LF, isBlank } from './grammar';
import { repairTrailers } from './head-repair';
import { type HeadLimits } from './limits';
import { NO_RUN, PausedScan } from './paused-scan';
import { FAULTY, INCOMPLETE } from './scan-result';
import { createResponseLine, scanResponseFieldLine } from './response-line';

/**
 * The result of one step, up to {@link BodyReader.position}: content; framing of the chunked coding; a trailer line of a
 * request; framing of a response that is replaced by {@link BodyReader.repaired}; the end of the body; too few bytes to
 * decide; or a fault.
 */
export type BodyStep = 'content' | 'framing' | 'trailer' | 'repaired' | 'end' | 'more' | 'faulty';

type BodyFault = Extract<
  RequestFault,
  'bad-chunk' | 'bad-field-line' | 'bare-cr' | 'bare-lf' | 'head-too-large' | 'too-many-fields'
>;

type Place = 'length' | 'until-close' | 'chunk-line' | 'chunk-data' | 'chunk-end' | 'trailers' | 'end';

const CRLF = Buffer.from('\r\n');

/**
 * Finds the end of one message body after another (RFC 9112 §6.3, §7.1). A request is read strictly: two parsers could differ
 * on anything else. A response may be irregular where one reading remains, and is then repaired.
 */
export class BodyReader {
  /** Up to where the last step read. */
  position = 0;
  /** The regular form of the bytes of a `repaired` step. */
  repaired: Buffer = CRLF;
  fault: BodyFault = 'bad-chunk';
  /** The line that shows the fault, see {@link quoteLine}. */
  faultyLine = '';
  readonly #limits: HeadLimits;
  readonly #isLenient: boolean;
  readonly #chunk: ChunkLine = { size: 0, isIrregular: false };
  readonly #field = createScannedLine();
  readonly #line = createResponseLine();
  readonly #paused = new PausedScan();
  #place: Place = 'end';
  #remaining = 0;
  /** The bytes of trailer lines that were validated. In a response they have not been passed on yet. */
  #trailerBytes = 0;
  #trailerCount = 0;

  /** `isLenient`: the bodies are those of responses. */
  constructor(limits: HeadLimits, isLenient: boolean) {
    this.#limits = limits;
    this.#isLenient = isLenient;
  }

  /** Whether the end of the connection is a proper end of the body that is being read. */
  get endsWithConnection(): boolean {
    return this.#place === 'until-close';
  }

  begin(length: BodyLength): void {
    this.#trailerBytes = 0;
    this.#trailerCount = 0;
    this.#remaining = length;
    this.#paused.clear();
    if (length === CHUNKED) this.#place = 'chunk-line';
    else if (length === UNTIL_CLOSE) this.#place = 'until-close';
    else this.#place = length === 0 ? 'end' : 'length';
  }

  step(bytes: Buffer, start: number, end: number): BodyStep {
    this.position = start;
    if (this.#place === 'end') return 'end';
    if (start === end) return 'more';
    switch (this.#place) {
      case 'length':
        return this.#content(start, end, 'end');
      case 'chunk-data':
        return this.#content(start, end, 'chunk-end');
      case 'until-close':
        this.position = end;
        return 'content';
      case 'chunk-end':
        return this.#chunkEnd(bytes, start, end);
      case 'chunk-line':
        return this.#chunkLine(bytes, start, end);
      case 'trailers':
        return this.#trailers(bytes, start, end);
    }
  }

  #content(start: number, end: number, next: Place): BodyStep {
    const length = Math.min(end - start, this.#remaining);
    this.#remaining -= length;
    this.position = start + length;
    if (this.#remaining === 0) this.#place = next;
    return 'content';
  }

  /** RFC 9112 §7.1 ends chunk data with CRLF; two parsers that differ here can be smuggled past. */
  #chunkEnd(bytes: Buffer, start: number, end: number): BodyStep {
    if (bytes[start] === LF && this.#isLenient) return this.#repair(CRLF, start + 1, 'chunk-line');
    if (bytes[start] !== CR) return this.#refuse('bad-chunk', bytes, start);
    if (start + 1 === end) return 'more';
    if (bytes[start + 1] !== LF) return this.#refuse('bad-chunk', bytes, start);
    return this.#framing(start + 2, 'chunk-line');
  }

  #chunkLine(bytes: Buffer, start: number, end: number): BodyStep {
    const at = scanChunkLine(bytes, start, end, this.#chunk, this.#isLenient);
    if (at === INCOMPLETE) return 'more';
    if (at === FAULTY) return this.#refuse('bad-chunk', bytes, start);
    const { size, isIrregular } = this.#chunk;
    this.#remaining = size;
    const next = size === 0 ? 'trailers' : 'chunk-data';
    // Extensions are dropped with the irregular line: a recipient must ignore those it does not know (§7.1.1).
    return isIrregular ? this.#repair(Buffer.from(`${size.toString(16)}\r\n`), at, next) : this.#framing(at, next);
  }

  #trailers(bytes: Buffer, start: number, end: number): BodyStep {
    const stop = Math.min(end, start + this.#limits.maxHeadBytes - (this.#isLenient ? 0 : this.#trailerBytes));
    if (!this.#paused.isProlonged(bytes, start, stop)) {
      const step = this.#isLenient ? this.#trailerSection(bytes, start, stop) : this.#trailerLine(bytes, start, stop);
      if (step !== 'more') return step;
    }
    const lineStart = this.#isLenient ? start + this.#trailerBytes : start;
    return stop < end ? this.#refuse('head-too-large', bytes, lineStart) : 'more';
  }

  #trailerLine(bytes: Buffer, start: number, stop: number): BodyStep {
    if (bytes[start] === CR && start + 1 === stop) return 'more';
    if (bytes[start] === CR) {
      return bytes[start + 1] === LF ? this.#framing(start + 2, 'end') : this.#refuse('bare-cr', bytes, start);
    }
    const at = scanFieldLine(bytes, start, stop, 'crlf', this.#field);
    if (at === FAULTY) return this.#refuse(this.#field.fault, bytes, start);
    if (at === INCOMPLETE) {
      this.#paused.pause(this.#field.run, stop - start);
      return 'more';
    }
    this.#paused.clear();
    this.#trailerBytes += at - start;
    if (++this.#trailerCount > this.#limits.maxFields) return this.#refuse('too-many-fields', bytes, start);
    this.position = at;
    return 'trailer';
  }

  /** All trailer lines at once: one that is folded, or follows a fold, is known only when the next line has begun. */
  #trailerSection(bytes: Buffer, start: number, stop: number): BodyStep {
    if (this.#trailerBytes === 0) this.#line.isIrregular = false;
    this.#line.run = NO_RUN;
    for (let at = start + this.#trailerBytes; at < stop; at = start + this.#trailerBytes) {
      if (bytes[at] === LF) return this.#endTrailers(bytes, start, at + 1, true);
      if (bytes[at] === CR && at + 1 === stop) break;
      if (bytes[at] === CR && bytes[at + 1] === LF) {
        return this.#endTrailers(bytes, start, at + 2, this.#line.isIrregular);
      }
      const next = scanResponseFieldLine(bytes, at, stop, this.#line);
      if (next === INCOMPLETE) break;
      if (next === FAULTY)
        return this.#refuse(this.#line.fault === 'bare-cr' ? 'bare-cr' : 'bad-field-line', bytes, at);
      const isFolded = isBlank(bytes[at]);
      if (!isFolded && ++this.#trailerCount > this.#limits.maxFields) return this.#refuse('too-many-fields', bytes, at);
      this.#trailerBytes = next - start;
    }
    this.#paused.pause(this.#line.run, stop - start);
    return 'more';
  }

  #endTrailers(bytes: Buffer, start: number, end: number, isIrregular: boolean): BodyStep {
    return isIrregular
      ? this.#repair(repairTrailers(bytes.subarray(start, end)), end, 'end')
      : this.#framing(end, 'end');
  }

  #framing(position: number, next: Place): BodyStep {
    this.position = position;
    this.#place = next;
    return 'framing';
  }

  #repair(repaired: Buffer, position: number, next: Place): BodyStep {
    this.repaired = repaired;
    this.position = position;
    this.#place = next;
    return 'repaired';
  }

  #refuse(fault: BodyFault, bytes: Buffer, lineStart: number): BodyStep {
    this.fault = fault;
    this.faultyLine = quoteLine(bytes, lineStart);
    return 'faulty';
  }
}
