import { BodyReader, type BodyStep } from './body-reader';
import { type ResponseFault } from './fault';
import { CR, skipEmptyLines } from './grammar';
import { type HeadLimits } from './limits';
import { FAULTY, INCOMPLETE } from './scan-result';
import { type ResponseHead } from './response-head';
import { ResponseHeadParser } from './response-head-parser';

const FIRST_FINAL = 200;

/** {@link BodyStep}, or: the head of an interim (1xx) or of the final response (`head` holds it). */
export type ResponseStep = BodyStep | 'interim' | 'head';

/**
 * Reads the responses of one connection; the mirror of `RequestReader`. A final head is always followed by an `end`. The bytes
 * from {@link headStart} to {@link position} are those of `head`, unless it was repaired and stands in bytes of its own.
 */
export class ResponseReader {
  position = 0;
  head: ResponseHead | undefined;
  /** The position of the head that was read last, after any empty lines before it. */
  headStart = 0;
  fault: ResponseFault = 'bad-status-line';
  /** The line that shows the fault, see {@link quoteLine}. */
  faultyLine = '';
  readonly #limits: HeadLimits;
  readonly #heads: ResponseHeadParser;
  readonly #body: BodyReader;
  #place: 'head' | 'body' = 'head';
  #emptyLineBytes = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.#heads = new ResponseHeadParser(limits);
    this.#body = new BodyReader(limits, true);
  }

  /** Whether a final head has been read, and the end of its response has not. */
  get isInBody(): boolean {
    return this.#place === 'body';
  }

  /** Whether the end of the connection is a proper end of the response that is being read. */
  get endsWithConnection(): boolean {
    return this.#place === 'body' && this.#body.endsWithConnection;
  }

  /** The regular form of the bytes of a `repaired` step. */
  get repaired(): Buffer {
    return this.#body.repaired;
  }

  /** `method` is that of the request that is being answered: without it no response can be framed. */
  step(bytes: Buffer, start: number, end: number, method: string): ResponseStep {
    if (this.#place === 'body') return this.#bodyStep(bytes, start, end);
    // Browsers ignore empty lines before a status line. They are part of no message.
    const headStart = skipEmptyLines(bytes, start, end, this.#limits.maxHeadBytes - this.#emptyLineBytes);
    this.position = headStart;
    this.#emptyLineBytes += headStart - start;
    if (this.#emptyLineBytes > this.#limits.maxHeadBytes) return this.#refuse('head-too-large', '');
    if (headStart === end || (bytes[headStart] === CR && headStart + 1 === end)) return 'more';
    const head = this.#heads.parse(bytes, headStart, end, method);
    if (head === INCOMPLETE) return 'more';
    if (head === FAULTY) return this.#refuse(this.#heads.fault, this.#heads.faultyLine);
    this.headStart = headStart;
    this.position = this.#heads.end;
    this.head = head;
    this.#emptyLineBytes = 0;
    if (head.statusCode < FIRST_FINAL) return 'interim';
    this.#place = 'body';
    this.#body.begin(head.body);
    return 'head';
  }

  #bodyStep(bytes: Buffer, start: number, end: number): ResponseStep {
    const step = this.#body.step(bytes, start, end);
    this.position = this.#body.position;
    if (step === 'end') this.#place = 'head';
    return step === 'faulty' ? this.#refuse(this.#body.fault, this.#body.faultyLine) : step;
  }

  #refuse(fault: ResponseFault, line: string): ResponseStep {
    this.fault = fault;
    this.faultyLine = line;
    return 'faulty';
  }
}
