import { type Override, renderClosingHead } from '../http1/response-writer';
import { type ResponseFault, quoteLine } from '../http1/fault';
import { type ResponseHead, detach } from '../http1/response-head';
import { ResponseReader, type ResponseStep } from '../http1/response-reader';
import { imfFixdate } from './http-date';
import { type Exchange } from './exchange';
import { type StorageAccount } from '../memory/accounts';
import { ReceiveBuffer } from './receive-buffer';
import { type RelayContext } from './mode';

/** Receives the messages that the relay finds in the target's bytes. */
export interface ResponseHandler {
  /** The oldest exchange that was forwarded and has no complete response yet. */
  readonly awaiting: Exchange | undefined;
  /** The number of exchanges that were forwarded and have no complete response yet. */
  readonly awaitingCount: number;
  /** A final head: the last moment to override it. Nothing of it has been sent. */
  onResponseHead(exchange: Exchange, head: ResponseHead): void;
  /** Whether the response that begins now must be the last of its connection. */
  readonly mustClose: boolean;
  send(bytes: Buffer, from: number, to: number): void;
  /** The response is complete; `closes`: nothing can follow it on this connection. */
  responseEnded(closes: boolean): void;
  /** The target has switched protocols; the bytes from `from` to `to` are those of the new protocol. */
  switchProtocols(exchange: Exchange, bytes: Buffer, from: number, to: number): void;
  /** The page of an override was sent, and the rest of the target's response is discarded. */
  pageSent(): void;
  /** Closes the target connection: nothing it still sends is needed. */
  dropTarget(): void;
  /** The target sent bytes that answer no request. */
  surplusReceived(): void;
  /** The response violates `rule`, which `line` shows. */
  targetMalformed(rule: ResponseFault, line: string): void;
}

const SWITCHING_PROTOCOLS = 101;

/** `discarding`: the response is overridden, and its content is read and dropped. `over`: no further response is read. */
type State = 'relaying' | 'discarding' | 'over';

/** A position at which a read is processed completely. */
const DONE = -1;

/** Whether the connection is persistent after this response. */
const isPersistent = (exchange: Exchange, head: ResponseHead): boolean =>
  head.isPersistent && exchange.request?.isPersistent === true;

/** Whether another protocol follows this head (RFC 9110 §7.8, §9.3.6). */
function isSwitch(exchange: Exchange, head: ResponseHead): boolean {
  return head.statusCode === SWITCHING_PROTOCOLS || (exchange.method === 'CONNECT' && head.statusCode < 300);
}

/** Relays the target's bytes: validates them, then sends them unchanged, except for overridden responses. */
export class ResponseRelay {
  readonly #reader: ResponseReader;
  readonly #handler: ResponseHandler;
  readonly #context: RelayContext;
  readonly #held: ReceiveBuffer;
  /** The position of the first byte of this read that has not been sent. */
  #from = 0;
  /** The exchanges that the bytes of this read can answer. */
  #answerableCount = 0;
  #discarded = 0;
  #state: State = 'relaying';
  /** Whether the response is the last of its connection. */
  #closes = false;

  constructor(context: RelayContext, account: StorageAccount, handler: ResponseHandler) {
    this.#held = new ReceiveBuffer(account);
    this.#reader = new ResponseReader(context.settings.limits);
    this.#context = context;
    this.#handler = handler;
  }

  /** Stops discarding content that does not end. */
  stopDiscarding(): void {
    if (this.#state === 'discarding') this.#giveUpDiscarding();
  }

  get isDiscarding(): boolean {
    return this.#state === 'discarding';
  }

  /** Whether a final response has begun and not ended. */
  get isInResponse(): boolean {
    return this.#reader.isInBody;
  }

  /** Whether the end of the connection would be the end of the response. */
  get endsWithConnection(): boolean {
    return this.#reader.endsWithConnection;
  }

  /** Whether part of a response head has arrived. */
  get hasPartOfHead(): boolean {
    return this.#held.length > 0;
  }

  /** Stops reading, and drops the held bytes. */
  stop(): void {
    this.#state = 'over';
    this.#held.clear();
  }

  /** A read answers only exchanges that were forwarded before it: a response that was sent earlier answers no request. */
  receive(chunk: Buffer): void {
    if (this.#state === 'over') {
      this.#discardUnread(chunk.length);
      return;
    }
    const bytes = this.#held.join(chunk);
    this.#from = 0;
    this.#answerableCount = this.#handler.awaitingCount;
    for (let at = 0; at !== DONE;) at = this.#next(bytes, at);
  }

  /** Processes one step from `at` on, and returns the position after it, or `DONE` where the read allows no further step. */
  #next(bytes: Buffer, at: number): number {
    if (this.#state === 'over') return DONE; // a step may end the response that is the last of its connection
    const { length } = bytes;
    const exchange = this.#answerableCount > 0 ? this.#handler.awaiting : undefined;
    if (exchange === undefined) {
      this.#send(bytes, at);
      this.#held.keep(bytes, length);
      if (at < length) this.#handler.surplusReceived();
      return DONE;
    }
    const step = this.#reader.step(bytes, at, length, exchange.method);
    if (step === 'more' || step === 'faulty') {
      this.#send(bytes, at);
      if (step === 'more') this.#held.keep(bytes, this.#reader.position);
      else this.#handler.targetMalformed(this.#reader.fault, this.#reader.faultyLine);
      return DONE;
    }
    if (step === 'end' && --this.#answerableCount === 0 && at < length) this.#closes = true;
    this.#take(step, exchange, bytes, at);
    return this.#reader.position;
  }

  /** Processes one step that began at `at`. */
  #take(step: Exclude<ResponseStep, 'more' | 'faulty'>, exchange: Exchange, bytes: Buffer, at: number): void {
    switch (step) {
      case 'interim':
      case 'head':
        this.#head(exchange, bytes, at);
        break;
      case 'content':
      case 'framing':
      case 'trailer':
        this.#body(exchange, bytes, at, step === 'content');
        break;
      case 'repaired':
        this.#repaired(exchange, bytes, at);
        break;
      case 'end':
        if (at === bytes.length || this.#closes) this.#send(bytes, at);
        this.#end();
    }
  }

  #head(exchange: Exchange, bytes: Buffer, at: number): void {
    const { head, headStart } = this.#reader;
    if (head === undefined) return;
    // Empty lines before the head are dropped.
    if (headStart > at) {
      this.#send(bytes, at);
      this.#from = headStart;
    }
    if (head.statusCode < 200 && head.statusCode !== SWITCHING_PROTOCOLS) {
      this.#relayHead(exchange, head, bytes);
      return;
    }
    if (head.statusCode === SWITCHING_PROTOCOLS && exchange.request?.asksToSwitch !== true) {
      this.#send(bytes, headStart);
      this.#state = 'over';
      this.#handler.targetMalformed('unrequested-switch', quoteLine(head.bytes, head.start));
      return;
    }
    this.#handler.onResponseHead(exchange, detach(head, this.#context.heads));
    const { overriding } = exchange;
    if (overriding !== undefined) {
      this.#send(bytes, headStart);
      this.#from = this.#reader.position;
      this.#override(exchange, head, overriding);
      return;
    }
    exchange.sentHead(head.statusCode);
    if (isSwitch(exchange, head)) this.#switch(exchange, bytes, head);
    else this.#pass(exchange, bytes, head);
  }

  /** Relays the original bytes of a head with those around it, or its repaired form. */
  #relayHead(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
    exchange.sent(head.end - head.start);
    if (head.bytes === bytes) return;
    this.#send(bytes, this.#reader.headStart);
    this.#from = this.#reader.position;
    this.#handler.send(head.bytes, head.start, head.end);
  }

  #switch(exchange: Exchange, bytes: Buffer, head: ResponseHead): void {
    const { position } = this.#reader;
    this.#relayHead(exchange, head, bytes);
    this.#send(bytes, position);
    this.#state = 'over';
    this.#handler.switchProtocols(exchange, bytes, position, bytes.length);
  }

  #pass(exchange: Exchange, bytes: Buffer, head: ResponseHead): void {
    this.#closes = !isPersistent(exchange, head);
    if (this.#closes || !this.#handler.mustClose) {
      this.#relayHead(exchange, head, bytes);
      return;
    }
    this.#closes = true;
    this.#send(bytes, this.#reader.headStart);
    this.#from = this.#reader.position;
    const closingHead = renderClosingHead(head);
    exchange.sent(closingHead.length);
    this.#sendOwn(closingHead);
  }

  #override(exchange: Exchange, head: ResponseHead, overriding: Override): void {
    const isTooLong = head.body > this.#context.settings.maxDiscardBytes || isSwitch(exchange, head);
    const closes = isTooLong || !isPersistent(exchange, head) || this.#handler.mustClose;
    const omitsContent = exchange.method === 'HEAD';
    const minorVersion = exchange.request?.minorVersion ?? 1;
    const bytes = this.#context.overrides.render(overriding, head, {
      omitsContent,
      closes,
      minorVersion,
      date: imfFixdate(),
    });
    exchange.sentHead(overriding.status?.code ?? head.statusCode);
    exchange.sent(bytes.length, omitsContent ? 0 : overriding.content.length);
    this.#sendOwn(bytes);
    this.#state = 'discarding';
    this.#closes = closes;
    this.#discarded = 0;
    if (isTooLong) this.#handler.dropTarget();
    // The client need not wait for content that is discarded.
    if (closes) this.#end();
    else this.#handler.pageSent();
  }

  /** Counts bytes that nothing reads: those that follow an early response which was the last of its connection. */
  #discardUnread(length: number): void {
    if (this.#exceedsDiscard(length)) this.#handler.dropTarget();
  }

  /** Counts discarded bytes; returns whether they exceed the limit. */
  #exceedsDiscard(length: number): boolean {
    this.#discarded += length;
    this.#context.discarded.responseBytes += length;
    return this.#discarded > this.#context.settings.maxDiscardBytes;
  }

  #giveUpDiscarding(): void {
    this.#closes = true;
    this.#handler.dropTarget();
    this.#end();
  }

  #body(exchange: Exchange, bytes: Buffer, at: number, isContent: boolean): void {
    const next = this.#reader.position;
    if (this.#state === 'discarding') {
      this.#from = next;
      if (this.#exceedsDiscard(next - at)) this.#giveUpDiscarding();
      return;
    }
    exchange.sent(next - at);
    if (isContent) exchange.responseContent(bytes, at, next);
  }

  #repaired(exchange: Exchange, bytes: Buffer, at: number): void {
    const { repaired, position } = this.#reader;
    if (this.#state === 'discarding') {
      this.#body(exchange, bytes, at, false);
      return;
    }
    this.#send(bytes, at);
    this.#from = position;
    exchange.sent(repaired.length);
    this.#sendOwn(repaired);
  }

  #end(): void {
    this.#state = this.#closes ? 'over' : 'relaying';
    this.#handler.responseEnded(this.#closes);
  }

  /** Sends the validated bytes up to `to`. */
  #send(bytes: Buffer, to: number): void {
    const from = this.#from;
    if (from >= to) return;
    this.#from = to;
    this.#handler.send(bytes, from, to);
  }

  #sendOwn(bytes: Buffer): void {
    this.#handler.send(bytes, 0, bytes.length);
  }
}
