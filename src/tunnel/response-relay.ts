import { type Override, renderClosingHead, renderOverride } from '../http1/override';
import { type HeadLimits } from '../http1/limits';
import { type ResponseHead } from '../http1/response-head';
import { ResponseReader } from '../http1/response-reader';
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
      const next = this.#reader.position;
      if (step === 'more') break;
      if (step === 'faulty') {
        this.#send(bytes, from, at);
        this.#port.targetMalformed();
        return;
      }
      if (step === 'end') {
        if (at === bytes.length || this.#closes) from = this.#send(bytes, from, at);
        this.#end();
      } else if (step === 'head' || step === 'interim') {
        from = this.#head(exchange, bytes, from, at);
      } else {
        this.#count(exchange, bytes, at, next, step === 'content');
        if (this.#isDiscarding) from = next;
      }
      at = next;
    }
    if (this.#isOver) return;
    this.#send(bytes, from, at);
    this.#held.keep(bytes, at);
  }

  /** Deals with a whole head that begins at `at`; answers from where on bytes are still to be sent. */
  #head(exchange: Exchange, bytes: Buffer, from: number, at: number): number {
    const head = this.#reader.head;
    if (head === undefined) return from;
    if (head.statusCode < 200 && head.statusCode !== SWITCHING_PROTOCOLS) {
      exchange.responseBytes += head.end - head.start;
      return from;
    }
    if (head.statusCode === SWITCHING_PROTOCOLS && exchange.request?.asksToSwitch !== true) {
      this.#send(bytes, from, at);
      this.#port.targetMalformed();
      return head.end;
    }
    this.#port.judge(exchange, head);
    const { overriding } = exchange;
    if (overriding !== undefined) {
      this.#send(bytes, from, at);
      this.#override(exchange, head, overriding);
      return head.end;
    }
    exchange.sentStatus = head.statusCode;
    exchange.responseBytes += head.end - head.start;
    if (isSwitch(exchange, head)) {
      this.#send(bytes, from, head.end);
      this.#isOver = true;
      this.#port.switchProtocols(exchange, bytes.subarray(head.end));
      return bytes.length;
    }
    this.#closes = !head.isPersistent || exchange.request?.isPersistent !== true;
    if (this.#closes || !this.#port.isDraining) return from;
    this.#closes = true;
    this.#send(bytes, from, at);
    this.#port.send(renderClosingHead(head));
    return head.end;
  }

  #override(exchange: Exchange, head: ResponseHead, overriding: Override): void {
    const switches = isSwitch(exchange, head);
    const isBeyondBound = head.body > this.#maxDiscardBytes;
    const isPersistent = head.isPersistent && exchange.request?.isPersistent === true;
    const closes = !isPersistent || isBeyondBound || switches || this.#port.isDraining;
    const omitsContent = exchange.method === 'HEAD';
    const minorVersion = exchange.request?.minorVersion ?? 1;
    const bytes = renderOverride(overriding, head, { omitsContent, closes, minorVersion, date: imfFixdate() });
    exchange.sentStatus = overriding.status?.code ?? head.statusCode;
    exchange.responseBytes += bytes.length;
    if (!omitsContent) exchange.responseContentBytes += overriding.content.length;
    this.#port.send(bytes);
    this.#isDiscarding = true;
    this.#closes = closes;
    this.#discarded = 0;
    if (!closes) return;
    // The client need not wait for what it will never see.
    this.#end();
    if (isBeyondBound || switches) this.#port.dropTarget();
  }

  #giveUpDiscarding(): void {
    this.#closes = true;
    this.#end();
    this.#port.dropTarget();
  }

  #count(exchange: Exchange, bytes: Buffer, at: number, next: number, isContent: boolean): void {
    const length = next - at;
    if (isContent && exchange.responseContentListener !== undefined) {
      exchange.responseContentListener(bytes.subarray(at, next));
    }
    if (this.#isDiscarding) {
      this.#discarded += length;
      if (this.#discarded > this.#maxDiscardBytes) this.#giveUpDiscarding();
      return;
    }
    exchange.responseBytes += length;
    if (isContent) exchange.responseContentBytes += length;
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
