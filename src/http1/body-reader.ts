import { type BodyLength, CHUNKED, UNTIL_CLOSE } from './body-length';
import { type ChunkLine, scanChunkLine } from './chunk-line';
import { type RequestFault } from './fault';
import { type ScannedLine, scanFieldLine } from './field-line';
import { CR, LF } from './grammar';
import { type HeadLimits } from './limits';
import { FAULTY, INCOMPLETE } from './progress';

/**
 * What one step found: content, or the chunked coding's own bytes (both validated as far as {@link BodyReader.position}),
 * the end of the body, not enough bytes to tell, or a fault.
 */
export type BodyStep = 'content' | 'framing' | 'end' | 'more' | 'faulty';

type Place = 'length' | 'until-close' | 'chunk-line' | 'chunk-data' | 'chunk-end' | 'trailers' | 'end';

/** Finds the end of one message body after another (RFC 9112 §6.3, §7.1), and checks whatever could be read two ways. */
export class BodyReader {
  /** Up to where the last step read. */
  position = 0;
  fault: Extract<RequestFault, 'bad-chunk' | ScannedLine['fault'] | 'head-too-large' | 'too-many-fields'> = 'bad-chunk';
  readonly #limits: HeadLimits;
  readonly #isLenient: boolean;
  readonly #chunk: ChunkLine = { size: 0 };
  readonly #field: ScannedLine = { nameEnd: 0, valueEnd: 0, fault: 'bad-field-line' };
  #place: Place = 'end';
  #remaining = 0;
  #trailerBytes = 0;
  #trailerCount = 0;

  constructor(limits: HeadLimits, isLenient: boolean) {
    this.#limits = limits;
    this.#isLenient = isLenient;
  }

  /** Whether the connection's end is a proper end of the body now being read. */
  get endsWithConnection(): boolean {
    return this.#place === 'until-close';
  }

  begin(length: BodyLength): void {
    this.#trailerBytes = 0;
    this.#trailerCount = 0;
    this.#remaining = length;
    if (length === CHUNKED) this.#place = 'chunk-line';
    else if (length === UNTIL_CLOSE) this.#place = 'until-close';
    else this.#place = length === 0 ? 'end' : 'length';
  }

  step(bytes: Uint8Array, start: number, end: number): BodyStep {
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
        return this.#trailerLine(bytes, start, end);
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
  #chunkEnd(bytes: Uint8Array, start: number, end: number): BodyStep {
    if (bytes[start] !== CR) return this.#refuse('bad-chunk');
    if (start + 1 === end) return 'more';
    if (bytes[start + 1] !== LF) return this.#refuse('bad-chunk');
    return this.#framing(start + 2, 'chunk-line');
  }

  #chunkLine(bytes: Uint8Array, start: number, end: number): BodyStep {
    const at = scanChunkLine(bytes, start, end, this.#chunk, this.#isLenient);
    if (at === INCOMPLETE) return 'more';
    if (at === FAULTY) return this.#refuse('bad-chunk');
    this.#remaining = this.#chunk.size;
    return this.#framing(at, this.#remaining === 0 ? 'trailers' : 'chunk-data');
  }

  #trailerLine(bytes: Uint8Array, start: number, end: number): BodyStep {
    const stop = Math.min(end, start + this.#limits.maxHeadBytes - this.#trailerBytes);
    if (start === stop) return this.#refuse('head-too-large');
    if (bytes[start] === CR) {
      if (start + 1 === stop) return stop < end ? this.#refuse('head-too-large') : 'more';
      return bytes[start + 1] === LF ? this.#framing(start + 2, 'end') : this.#refuse('bare-cr');
    }
    const at = scanFieldLine(bytes, start, stop, this.#field);
    if (at === INCOMPLETE) return stop < end ? this.#refuse('head-too-large') : 'more';
    if (at === FAULTY) return this.#refuse(this.#field.fault);
    this.#trailerBytes += at - start;
    if (++this.#trailerCount > this.#limits.maxFields) return this.#refuse('too-many-fields');
    return this.#framing(at, 'trailers');
  }

  #framing(position: number, next: Place): BodyStep {
    this.position = position;
    this.#place = next;
    return 'framing';
  }

  #refuse(fault: BodyReader['fault']): BodyStep {
    this.fault = fault;
    return 'faulty';
  }
}
