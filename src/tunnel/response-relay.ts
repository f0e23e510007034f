import { renderOverrideAgain } from '../http1/last-override';
import { type Override, renderClosingHead } from '../http1/override';
import { type HeadLimits } from '../http1/limits';
import { type ResponseHead, detach } from '../http1/response-head';
import { ResponseReader, type ResponseStep } from '../http1/response-reader';
import { imfFixdate } from './date';
import { type Exchange } from './exchange';
import { HeldBytes } from './held-bytes';

/** What the tunnel does with what the relay finds. */
export interface ResponsePort {
  /** The oldest exchange that has no whole response yet, if it was forwarded. */
  readonly awaiting: Exchange | undefined;
  /** A final head: the last moment to override it. Nothing of it has been sent. */
  judge(exchange: Exchange, head: ResponseHead): void;
  /** Whether every response must be the last of its connection. */
  readonly isDraining: boolean;
  send(bytes: Buffer): void;
  /** The response is whole; `closes`: nothing can follow it on this connection. */
  responseEnded(closes: boolean): void;
  /** The target has switched protocols; `bytes` are the new one's. */
  switchProtocols(exchange: Exchange, bytes: Buffer): void;
  /** Nothing more of the target is wanted. */
  dropTarget(): void;
  targetMalformed(): void;
}

const SWITCHING_PROTOCOLS = 101;

/** From where bytes are to be sent, and from where they are still to be judged. */
interface Span {
  readonly from: number;
  readonly at: number;
}

/** Whether both sides mean to go on after this response. */
const isPersistent = (exchange: Exchange, head: ResponseHead): boolean =>
  head.isPersistent && exchange.request?.isPersistent === true;

/** Whether what follows this head is another protocol (RFC 9110 §7.8, §9.3.6). */
function isSwitch(exchange: Exchange, head: ResponseHead): boolean {
  return head.statusCode === SWITCHING_PROTOCOLS || (exchange.method === 'CONNECT' && head.statusCode < 300);
}

/** The way of the target's bytes: judged, then relayed as they came, but for responses that are overridden. */
export class ResponseRelay {
  readonly #reader: ResponseReader;
  readonly #port: ResponsePort;
  readonly #maxDiscardBytes: number;
  readonly #held = new HeldBytes();
  #discarded = 0;
  #isDiscarding = false;
  #closes = false;
  #isOver = false;

  constructor(limits: HeadLimits, maxDiscardBytes: number, port: ResponsePort) {
    this.#reader = new ResponseReader(limits);
    this.#maxDiscardBytes = maxDiscardBytes;
    this.#port = port;
  }

  /** Gives up on content that is being thrown away and does not end. */
  stopDiscarding(): void {
    if (this.#isDiscarding) this.#giveUpDiscarding();
  }

  get isDiscarding(): boolean {
    return this.#isDiscarding;
  }

  /** Whether the head of a final response has come, and its end has not. */
  get isInResponse(): boolean {
    return this.#reader.isInBody;
  }

  /** Whether the target's closing now would be a proper end of the response being read. */
  get endsWithConnection(): boolean {
    return this.#reader.endsWithConnection;
  }

  /** Whether part of a response head has arrived. */
  get hasPartOfHead(): boolean {
    return this.#held.length > 0;
  }

  /** Reads no more, whatever is still in hand. */
  stop(): void {
    this.#isOver = true;
  }

  receive(chunk: Buffer): void {
    const bytes = this.#held.join(chunk);
    let from = 0;
    let at = 0;
    while (!this.#isOver) {
      const exchange = this.#port.awaiting;
      if (exchange === undefined) {
        this.#send(bytes, from, at);
        // Bytes that nobody asked for could be taken for the answer to whatever is asked next.
        if (at < bytes.length) this.#port.targetMalformed();
        return;
      }
      const step = this.#reader.step(bytes, at, bytes.length, exchange.method);
      if (step === 'more') {
        this.#send(bytes, from, at);
        this.#held.keep(bytes, at);
        return;
      }
      if (step === 'faulty') {
        this.#send(bytes, from, at);
        this.#port.targetMalformed();
        return;
      }
      from = this.#take(step, exchange, bytes, { from, at });
      at = this.#reader.position;
    }
  }

  /** Deals with what one step found; answers from where on bytes are still to be sent. */
  #take(step: Exclude<ResponseStep, 'more' | 'faulty'>, exchange: Exchange, bytes: Buffer, span: Span): number {
    switch (step) {
      case 'interim':
      case 'head':
        return this.#head(exchange, bytes, span);
      case 'content':
      case 'framing':
        return this.#body(exchange, bytes, span, step === 'content');
      case 'end': {
        const isSentNow = span.at === bytes.length || this.#closes;
        if (isSentNow) this.#send(bytes, span.from, span.at);
        this.#end();
        return isSentNow ? span.at : span.from;
      }
    }
  }

  #head(exchange: Exchange, bytes: Buffer, { from, at }: Span): number {
    const head = this.#reader.head;
    if (head === undefined) return from;
    const length = head.end - at;
    if (head.statusCode < 200 && head.statusCode !== SWITCHING_PROTOCOLS) {
      exchange.responseBytes += length;
      return from;
    }
    if (head.statusCode === SWITCHING_PROTOCOLS && exchange.request?.asksToSwitch !== true) {
      this.#send(bytes, from, at);
      this.#isOver = true;
      this.#port.targetMalformed();
      return head.end;
    }
    this.#port.judge(exchange, detach(head));
    const { overriding } = exchange;
    if (overriding !== undefined) {
      this.#send(bytes, from, at);
      this.#override(exchange, head, overriding);
      return head.end;
    }
    exchange.sentStatus = head.statusCode;
    exchange.responseBytes += length;
    return isSwitch(exchange, head)
      ? this.#switch(exchange, bytes, from, head)
      : this.#pass(exchange, bytes, from, head);
  }

  #switch(exchange: Exchange, bytes: Buffer, from: number, head: ResponseHead): number {
    this.#send(bytes, from, head.end);
    this.#isOver = true;
    this.#port.switchProtocols(exchange, bytes.subarray(head.end));
    return bytes.length;
  }

  #pass(exchange: Exchange, bytes: Buffer, from: number, head: ResponseHead): number {
    this.#closes = !isPersistent(exchange, head);
    if (this.#closes || !this.#port.isDraining) return from;
    this.#closes = true;
    this.#send(bytes, from, head.start);
    this.#port.send(renderClosingHead(head));
    return head.end;
  }

  #override(exchange: Exchange, head: ResponseHead, overriding: Override): void {
    const isTooLong = head.body > this.#maxDiscardBytes || isSwitch(exchange, head);
    const closes = isTooLong || !isPersistent(exchange, head) || this.#port.isDraining;
    const omitsContent = exchange.method === 'HEAD';
    const minorVersion = exchange.request?.minorVersion ?? 1;
    const bytes = renderOverrideAgain(overriding, head, { omitsContent, closes, minorVersion, date: imfFixdate() });
    exchange.sentStatus = overriding.status?.code ?? head.statusCode;
    exchange.responseBytes += bytes.length;
    if (!omitsContent) exchange.responseContentBytes += overriding.content.length;
    this.#port.send(bytes);
    this.#isDiscarding = true;
    this.#closes = closes;
    this.#discarded = 0;
    // The client need not wait for what it will never see.
    if (closes) this.#end();
    if (isTooLong) this.#port.dropTarget();
  }

  #giveUpDiscarding(): void {
    this.#closes = true;
    this.#end();
    this.#port.dropTarget();
  }

  #body(exchange: Exchange, bytes: Buffer, { from, at }: Span, isContent: boolean): number {
    const next = this.#reader.position;
    if (this.#isDiscarding) {
      this.#discarded += next - at;
      if (this.#discarded > this.#maxDiscardBytes) this.#giveUpDiscarding();
      return next;
    }
    exchange.responseBytes += next - at;
    if (!isContent) return from;
    exchange.responseContentBytes += next - at;
    exchange.responseContentListener?.(bytes.subarray(at, next));
    return from;
  }

  #end(): void {
    this.#isDiscarding = false;
    if (this.#closes) this.#isOver = true;
    this.#port.responseEnded(this.#closes);
  }

  /** Sends what has been judged up to `to`, and answers that position. */
  #send(bytes: Buffer, from: number, to: number): number {
    if (from < to) this.#port.send(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    return to;
  }
}
