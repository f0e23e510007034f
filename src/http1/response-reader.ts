import { BodyReader, type BodyStep } from './body-reader';
import { type ResponseFault } from './fault';
import { type HeadLimits } from './limits';
import { FAULTY, INCOMPLETE } from './progress';
import { type ResponseHead } from './response-head';
import { ResponseHeadParser } from './response-head-parser';

const FIRST_FINAL = 200;

/** As {@link BodyStep}, and: the head of an interim (1xx) or of the final response (`head` holds it). */
export type ResponseStep = BodyStep | 'interim' | 'head';

/** Reads the responses of one connection; the mirror of `RequestReader`. A final head is always followed by an `end`. */
export class ResponseReader {
  position = 0;
  head: ResponseHead | undefined;
  fault: ResponseFault = 'bad-status-line';
  readonly #heads: ResponseHeadParser;
  readonly #body: BodyReader;
  #place: 'head' | 'body' = 'head';

  constructor(limits: HeadLimits) {
    this.#heads = new ResponseHeadParser(limits);
    this.#body = new BodyReader(limits, true);
  }

  /** Whether a final head has been read, and the end of its response has not. */
  get isInBody(): boolean {
    return this.#place === 'body';
  }

  /** Whether the connection's end would be a proper end of the response now being read. */
  get endsWithConnection(): boolean {
    return this.#place === 'body' && this.#body.endsWithConnection;
  }

  /** `method` is that of the request which is being answered: without it no response can be framed. */
  step(bytes: Buffer, start: number, end: number, method: string): ResponseStep {
    if (this.#place === 'body') return this.#bodyStep(bytes, start, end);
    this.position = start;
    if (start === end) return 'more';
    const head = this.#heads.parse(bytes, start, end, method);
    if (head === INCOMPLETE) return 'more';
    if (head === FAULTY) return this.#refuse(this.#heads.fault);
    this.position = head.end;
    this.head = head;
    if (head.statusCode < FIRST_FINAL) return 'interim';
    this.#place = 'body';
    this.#body.begin(head.body);
    return 'head';
  }

  #bodyStep(bytes: Buffer, start: number, end: number): ResponseStep {
    const step = this.#body.step(bytes, start, end);
    this.position = this.#body.position;
    if (step === 'end') this.#place = 'head';
    return step === 'faulty' ? this.#refuse(this.#body.fault) : step;
  }

  #refuse(fault: ResponseFault): ResponseStep {
    this.fault = fault;
    return 'faulty';
  }
}
