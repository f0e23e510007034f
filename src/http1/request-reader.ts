import { BodyReader, type BodyStep } from './body-reader';
import { NO_BODY } from './body-length';
import { type RequestFault, quoteLine } from './fault';
import { CR, skipEmptyLines } from './grammar';
import { type HeadLimits, type RequestTrailers } from './limits';
import { FAULTY, INCOMPLETE } from './scan-result';
import { type RequestHead } from './request-head';
import { RequestHeadParser } from './request-head-parser';
import { isRelayableTrailer } from './trailer';

/** {@link BodyStep}, or: a complete head (`head` holds it), or bytes after the last request of the connection. */
export type RequestStep = BodyStep | 'head' | 'closed';

/**
 * Reads the requests of one connection: bytes in, decisions out. Each call of {@link step} examines the bytes from `start`
 * and classifies them, up to {@link position}. Bytes after `position` must be offered again, with more after them. The bytes
 * from {@link headStart} to {@link position} are those of `head`, unless it was repaired and stands in bytes of its own.
 */
export class RequestReader {
  position = 0;
  /** The head last read. A head whose body is `NO_BODY` is a whole request; for others an `end` follows. */
  head: RequestHead | undefined;
  /** The position of the head that was read last, after any empty lines before it. */
  headStart = 0;
  fault: RequestFault = 'bad-request-line';
  /** The line that shows the fault, see {@link quoteLine}. */
  faultyLine = '';
  readonly #limits: HeadLimits;
  readonly #trailers: RequestTrailers;
  readonly #heads: RequestHeadParser;
  readonly #body: BodyReader;
  #place: 'head' | 'body' | 'closed' = 'head';
  #emptyLineBytes = 0;

  constructor(limits: HeadLimits, trailers: RequestTrailers = 'discard') {
    this.#limits = limits;
    this.#trailers = trailers;
    this.#heads = new RequestHeadParser(limits);
    this.#body = new BodyReader(limits, false);
  }

  /** The parts of the request line that were read when a head was refused. */
  get requestLine(): RequestHeadParser['requestLine'] {
    return this.#heads.requestLine;
  }

  /** Whether empty lines have come in place of the next head. */
  get hasSkippedLines(): boolean {
    return this.#emptyLineBytes > 0;
  }

  /** Whether a body has been begun and its end not been seen. */
  get isInBody(): boolean {
    return this.#place === 'body';
  }

  step(bytes: Buffer, start: number, end: number): RequestStep {
    switch (this.#place) {
      case 'head':
        return this.#headStep(bytes, start, end);
      case 'body':
        return this.#bodyStep(bytes, start, end);
      case 'closed':
        this.position = end;
        return 'closed';
    }
  }

  #headStep(bytes: Buffer, start: number, end: number): RequestStep {
    // RFC 9112 §2.2: empty lines before a request line are ignored. They are part of no message.
    const headStart = skipEmptyLines(bytes, start, end, this.#limits.maxHeadBytes - this.#emptyLineBytes);
    this.position = headStart;
    this.#emptyLineBytes += headStart - start;
    if (this.#emptyLineBytes > this.#limits.maxHeadBytes) return this.#refuse('head-too-large', '');
    if (headStart === end || (bytes[headStart] === CR && headStart + 1 === end)) return 'more';
    const head = this.#heads.parse(bytes, headStart, end);
    if (head === INCOMPLETE) return 'more';
    if (head === FAULTY) return this.#refuse(this.#heads.fault, this.#heads.faultyLine);
    this.headStart = headStart;
    this.position = this.#heads.end;
    this.head = head;
    this.#emptyLineBytes = 0;
    if (head.body === NO_BODY) this.#place = head.isPersistent ? 'head' : 'closed';
    else {
      this.#place = 'body';
      this.#body.begin(head.body);
    }
    return 'head';
  }

  #bodyStep(bytes: Buffer, start: number, end: number): RequestStep {
    const step = this.#body.step(bytes, start, end);
    this.position = this.#body.position;
    if (step === 'end') this.#place = this.head?.isPersistent === true ? 'head' : 'closed';
    if (step === 'trailer' && this.#trailers === 'relay') {
      if (isRelayableTrailer(bytes, start, this.position)) return 'framing';
      this.position = start;
      return this.#refuse('bad-trailer', quoteLine(bytes, start));
    }
    return step === 'faulty' ? this.#refuse(this.#body.fault, this.#body.faultyLine) : step;
  }

  #refuse(fault: RequestFault, line: string): RequestStep {
    this.fault = fault;
    this.faultyLine = line;
    return 'faulty';
  }
}
