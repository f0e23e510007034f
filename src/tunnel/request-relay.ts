import { NO_BODY } from '../http1/body-length';
import { type Preface, ProtocolDetector, mayBeOtherProtocol } from '../http1/detect-protocol';
import { type RequestFault } from '../http1/fault';
import { type HeadArena } from '../http1/head-arena';
import { type RequestHead, detach } from '../http1/request-head';
import { RequestReader } from '../http1/request-reader';
import { type Exchange } from './exchange';
import { type StorageAccount } from '../memory/accounts';
import { ReceiveBuffer } from './receive-buffer';
import { type RelayContext } from './mode';

/** Receives the messages that the relay finds in the client's bytes. */
export interface RequestHandler {
  /** The time of the event that is being processed. */
  readonly eventAtMs: number;
  /** Opens the exchange of a complete head that arrived at `arrivedAtMs`. No byte of it has been forwarded. */
  openExchange(head: RequestHead, arrivedAtMs: number): Exchange;
  forward(bytes: Buffer, from: number, to: number): void;
  /** The last request is complete. */
  requestEnded(): void;
  /** Refuses the request. If its head was valid, it belongs to the open exchange. */
  refuse(fault: RequestFault, refused: RefusedRequest): void;
  /** The connection speaks another protocol: `bytes`, all that the client has sent, begin with its preface. Nothing was forwarded. */
  beginHandshake(preface: Preface, bytes: Buffer): void;
}

/** The parts of a refused request that are known; all of them may be empty. */
export interface RefusedRequest {
  readonly method: string;
  readonly requestTarget: string;
  /** The line that violates the rule, bounded in length. */
  readonly line: string;
  /** The bytes of the request that arrived and were not counted yet. */
  readonly receivedBytes: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The limit of arrival times: a client that sends single bytes ahead must not hold memory beyond its bytes. */
const MAX_ARRIVALS = 64;

/** The limit of bytes that a client sends ahead of a response. Beyond it the client is not read. */
export const MAX_HELD_BYTES = 64 * 1024;

/**
 * Relays the client's bytes: validates them, then forwards them unchanged. Holds bytes that are not a complete unit yet, and all
 * bytes between {@link RequestRelay.hold} and {@link RequestRelay.release}.
 */
export class RequestRelay {
  readonly #reader: RequestReader;
  readonly #heads: HeadArena;
  readonly #handler: RequestHandler;
  readonly #held: ReceiveBuffer;
  /** Whether the connection is known to speak HTTP/1. */
  #isHttp = false;
  /** While the connection may still turn out to speak another protocol. */
  #detector: ProtocolDetector | undefined;
  #isHolding = false;
  /** The arrival times of the held bytes, each up to its end. Few clients send a request before the last response. */
  #arrivals: { end: number; atMs: number }[] = [];
  #isReading = false;
  #exchange: Exchange | undefined;

  constructor({ settings, heads }: RelayContext, account: StorageAccount, handler: RequestHandler) {
    this.#held = new ReceiveBuffer(account);
    this.#reader = new RequestReader(settings.limits, settings.requestTrailers);
    this.#heads = heads;
    this.#handler = handler;
  }

  get heldLength(): number {
    return this.#held.length;
  }

  /** Whether held bytes may still be forwarded after the client has ended. Part of a head never is. */
  get isHoldingMore(): boolean {
    if (!this.#isHolding || this.#held.length === 0) return false;
    return this.#exchange?.request?.asksToSwitch === true || this.#held.includes(END_OF_HEAD);
  }

  get isInBody(): boolean {
    return this.#reader.isInBody;
  }

  /** Whether part of a head has arrived. */
  get isInHead(): boolean {
    return !this.#isHolding && !this.#reader.isInBody && this.#held.length > 0;
  }

  /** Whether bytes have arrived since the last request: part of a head, or empty lines before one. */
  get isBeforeHead(): boolean {
    return this.isInHead || this.#reader.hasSkippedLines;
  }

  receive(chunk: Buffer): void {
    if (this.#isHolding) this.#hold(chunk);
    else if (this.#isHttp) this.#read(this.#held.join(chunk));
    else this.#detect(this.#held.join(chunk));
  }

  #hold(chunk: Buffer): void {
    this.#held.append(chunk);
    this.#markArrival();
  }

  /** When the byte at this position arrived; now, unless it was held. */
  #arrivedAtMs(position: number): number {
    return this.#arrivals.find(({ end }) => position < end)?.atMs ?? this.#handler.eventAtMs;
  }

  /** Forwards nothing until {@link RequestRelay.release}: another protocol may follow, or the queue is full. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Stops reading, and drops the held bytes. */
  stop(): void {
    this.#isHolding = true;
    this.#arrivals = [];
    this.#held.clear();
  }

  release(): void {
    this.#isHolding = false;
    // A relay that is reading now continues by itself.
    if (!this.#isReading && this.#held.length > 0) this.#read(this.#held.take());
  }

  /** The held bytes, for the mode that takes over the connection. */
  takeHeld(): Buffer {
    return this.#held.take();
  }

  #detect(bytes: Buffer): void {
    const preface = this.#prefaceOf(bytes);
    if (preface === undefined) this.#held.keep(bytes, 0);
    else if (preface !== 'http1') this.#handler.beginHandshake(preface, bytes);
    else {
      this.#isHttp = true;
      this.#detector = undefined;
      this.#read(bytes);
    }
  }

  #prefaceOf(bytes: Buffer): Preface | 'http1' | undefined {
    if (!mayBeOtherProtocol(bytes[0])) return 'http1';
    this.#detector ??= new ProtocolDetector();
    return this.#detector.detect(bytes);
  }

  #read(bytes: Buffer): void {
    this.#isReading = true;
    this.#readOn(bytes);
    this.#isReading = false;
  }

  #readOn(bytes: Buffer): void {
    let from = 0;
    let at = 0;
    while (!this.#isHolding) {
      const step = this.#reader.step(bytes, at, bytes.length);
      const next = this.#reader.position;
      if (step === 'faulty') {
        this.#forward(bytes, from, at);
        this.#refuse(bytes, next, bytes.length - at);
        return;
      }
      if (step === 'more' || step === 'closed') {
        // Neither empty lines before a head nor bytes after the last request are forwarded.
        if (next > at) this.#forward(bytes, from, at);
        if (next > at) from = at = next;
        break;
      }
      if (step === 'head') from = this.#begin(bytes, from, at);
      else if (step === 'end') from = this.#endBody(bytes, from, at);
      else if (step === 'trailer') from = this.#discardTrailer(bytes, from, at);
      else this.#count(bytes, at, next, step === 'content');
      at = next;
    }
    this.#forward(bytes, from, at);
    this.#held.keep(bytes, at);
    if (this.#isHolding || this.#arrivals.length > 0) this.#keepArrivals(at);
  }

  /** Keeps the times of the bytes from `start` on. */
  #keepArrivals(start: number): void {
    this.#arrivals = this.#arrivals.flatMap(({ end, atMs }) => (end > start ? [{ end: end - start, atMs }] : []));
    this.#markArrival();
  }

  /** Notes that the held bytes without a time arrived with the current event. At the limit the last bytes share its time. */
  #markArrival(): void {
    const end = this.#held.length;
    if (end === (this.#arrivals.at(-1)?.end ?? 0)) return;
    if (this.#arrivals.length === MAX_ARRIVALS) this.#arrivals.pop();
    this.#arrivals.push({ end, atMs: this.#handler.eventAtMs });
  }

  #begin(bytes: Buffer, from: number, at: number): number {
    const { head, headStart, position } = this.#reader;
    if (head === undefined) return from;
    const isRepaired = head.bytes !== bytes;
    const isContiguous = headStart === at && !isRepaired;
    if (!isContiguous) this.#forward(bytes, from, at);
    this.#exchange = this.#handler.openExchange(detach(head, this.#heads), this.#arrivedAtMs(headStart));
    this.#exchange.received(position - headStart);
    if (isRepaired) this.#forward(head.bytes, head.start, head.end);
    if (head.body === NO_BODY) this.#end();
    if (isRepaired) return position;
    return isContiguous ? from : headStart;
  }

  /** Forwards all of a body before its end is reported: the end may close the connection. */
  #endBody(bytes: Buffer, from: number, at: number): number {
    this.#forward(bytes, from, at);
    this.#end();
    return at;
  }

  #end(): void {
    if (this.#exchange?.request?.asksToSwitch === true) this.#isHolding = true;
    this.#handler.requestEnded();
  }

  #discardTrailer(bytes: Buffer, from: number, at: number): number {
    const next = this.#reader.position;
    this.#forward(bytes, from, at);
    this.#count(bytes, at, next, false);
    this.#exchange?.trailerDiscarded();
    return next;
  }

  #count(bytes: Buffer, at: number, next: number, isContent: boolean): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    exchange.received(next - at);
    if (isContent) exchange.requestContent(bytes, at, next);
  }

  #forward(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.#handler.forward(bytes, from, to);
  }

  #refuse(bytes: Buffer, start: number, receivedBytes: number): void {
    this.#held.keep(bytes, bytes.length);
    const { fault, faultyLine: line } = this.#reader;
    const { method, targetOffset, targetEndOffset } = this.#reader.requestLine;
    const isUnknown = targetEndOffset === 0;
    this.#handler.refuse(fault, {
      method: isUnknown ? '' : method,
      requestTarget: isUnknown ? '' : bytes.toString('latin1', start + targetOffset, start + targetEndOffset),
      line,
      receivedBytes,
    });
  }
}
