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
  send(bytes: Buffer, from: number, to: number): void;
  /** The response is whole; `closes`: nothing can follow it on this connection. */
  responseEnded(closes: boolean): void;
  /** The target has switched protocols; the bytes from `from` to `to` are the new one's. */
  switchProtocols(exchange: Exchange, bytes: Buffer, from: number, to: number): void;
  /** Nothing more of the target is wanted. */
  dropTarget(): void;
  targetMalformed(): void;
}

const SWITCHING_PROTOCOLS = 101;

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
  /** From where the bytes that are being looked at are still to be sent. */
  #from = 0;
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
    const { length } = bytes;
    this.#from = 0;
    let at = 0;
    while (!this.#isOver) {
      const exchange = this.#port.awaiting;
      const step = exchange === undefined ? 'unasked' : this.#reader.step(bytes, at, length, exchange.method);
      if (exchange === undefined || step === 'unasked' || step === 'more' || step === 'faulty') {
        this.#send(bytes, at);
        if (step === 'more') this.#held.keep(bytes, at);
        // Bytes that nobody asked for could be taken for the answer to whatever is asked next.
        else if (step === 'faulty' || at < length) this.#port.targetMalformed();
        return;
      }
      this.#take(step, exchange, bytes, at);
      at = this.#reader.position;
    }
  }

  /** Deals with what one step found at `at`. */
  #take(step: Exclude<ResponseStep, 'more' | 'faulty'>, exchange: Exchange, bytes: Buffer, at: number): void {
    switch (step) {
      case 'interim':
      case 'head':
        this.#head(exchange, bytes, at);
        break;
      case 'content':
      case 'framing':
        this.#body(exchange, bytes, at, step === 'content');
        break;
      case 'end':
        if (at === bytes.length || this.#closes) this.#send(bytes, at);
        this.#end();
    }
  }

  #head(exchange: Exchange, bytes: Buffer, at: number): void {
    const head = this.#reader.head;
    if (head === undefined) return;
    const length = head.end - at;
    if (head.statusCode < 200 && head.statusCode !== SWITCHING_PROTOCOLS) {
      exchange.responseBytes += length;
      return;
    }
    if (head.statusCode === SWITCHING_PROTOCOLS && exchange.request?.asksToSwitch !== true) {
      this.#send(bytes, at);
      this.#isOver = true;
      this.#port.targetMalformed();
      return;
    }
    this.#port.judge(exchange, detach(head));
    const { overriding } = exchange;
    if (overriding !== undefined) {
      this.#send(bytes, at);
      this.#from = head.end;
      this.#override(exchange, head, overriding);
      return;
    }
    exchange.sentStatus = head.statusCode;
    exchange.responseBytes += length;
    if (isSwitch(exchange, head)) this.#switch(exchange, bytes, head);
    else this.#pass(exchange, bytes, head);
  }

  #switch(exchange: Exchange, bytes: Buffer, head: ResponseHead): void {
    this.#send(bytes, head.end);
    this.#isOver = true;
    this.#port.switchProtocols(exchange, bytes, head.end, bytes.length);
  }

  #pass(exchange: Exchange, bytes: Buffer, head: ResponseHead): void {
    this.#closes = !isPersistent(exchange, head);
    if (this.#closes || !this.#port.isDraining) return;
    this.#closes = true;
    this.#send(bytes, head.start);
    this.#from = head.end;
    this.#sendOwn(renderClosingHead(head));
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
    this.#sendOwn(bytes);
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

  #body(exchange: Exchange, bytes: Buffer, at: number, isContent: boolean): void {
    const next = this.#reader.position;
    if (this.#isDiscarding) {
      this.#from = next;
      this.#discarded += next - at;
      if (this.#discarded > this.#maxDiscardBytes) this.#giveUpDiscarding();
      return;
    }
    exchange.responseBytes += next - at;
    if (!isContent) return;
    exchange.responseContentBytes += next - at;
    exchange.responseContentListener?.(bytes.subarray(at, next));
  }

  #end(): void {
    this.#isDiscarding = false;
    if (this.#closes) this.#isOver = true;
    this.#port.responseEnded(this.#closes);
  }

  /** Sends what has been judged up to `to`. */
  #send(bytes: Buffer, to: number): void {
    const from = this.#from;
    if (from >= to) return;
    this.#from = to;
    this.#port.send(bytes, from, to);
  }

  #sendOwn(bytes: Buffer): void {
    this.#port.send(bytes, 0, bytes.length);
  }
}
