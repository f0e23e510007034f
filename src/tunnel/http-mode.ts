import { type Preface } from '../http1/detect-protocol';
import { type RequestFault, type ResponseFault } from '../http1/fault';
import { type RequestHead } from '../http1/request-head';
import { type ResponseHead } from '../http1/response-head';
import { onTargetFailure } from './target-failure';
import { findTimeout, type Timeout } from './timeouts';
import { Exchange, type ExchangeStart } from './exchange';
import { canCloseImmediately } from './closing-mode';
import { HttpEnding } from './http-ending';
import { type Mode, type TunnelParts } from './mode';
import { enterOpaque } from './opaque-mode';
import { MAX_HELD_BYTES, type RefusedRequest, type RequestHandler, RequestRelay } from './request-relay';
import { type ResponseHandler, ResponseRelay } from './response-relay';
import { type Rejection, type TargetFailure } from './termination';

const UNREAD = { method: '', requestTarget: '' } as const;
const nothingKnown = (receivedBytes: number): RefusedRequest => ({ ...UNREAD, line: '', receivedBytes });

/** Reads and relays the exchanges of a connection in order, each with one response. */
export class HttpMode implements Mode, RequestHandler, ResponseHandler {
  readonly #parts: TunnelParts;
  readonly #requests: RequestRelay;
  readonly #responses: ResponseRelay;
  readonly #ending: HttpEnding;
  #headSinceMs = 0;
  #hasServed = false;

  constructor(parts: TunnelParts) {
    const { context, account } = parts;
    this.#parts = parts;
    this.#requests = new RequestRelay(context, account, this);
    this.#responses = new ResponseRelay(context, account, this);
    this.#ending = new HttpEnding(parts, this.#requests, this.#responses);
  }

  // Events of the connections.

  clientBytes(bytes: Buffer): void {
    if (this.#ending.isRefusing) return;
    this.#requests.receive(bytes);
    this.#timeHead();
    if (this.#mustClientWait && !this.#ending.isOver) this.#parts.client.pause();
  }

  clientEnded(): void {
    if (this.#parts.queue.length === 0) this.#ending.closeGracefully();
    else if (this.#ending.isAnsweredEarly) this.#ending.endAnsweredEarly('ok');
    else if (this.#parts.client.wasReset) this.clientGone();
    else this.#forwardClientEnd();
  }

  clientGone(): void {
    const hasResponse = this.#parts.queue.length === 0 || this.#ending.isAnsweredEarly;
    this.#ending.abort(hasResponse ? 'ok' : 'client-aborted', this.#parts.queue.length > 0);
  }

  targetBytes(bytes: Buffer): void {
    this.#responses.receive(bytes);
  }

  targetEnded(): void {
    if (this.#parts.queue.length === 0) this.#ending.closeGracefully();
    else this.#endBroken(this.#parts.target.wasReset ? 'target-reset' : 'target-closed');
  }

  targetDrained(): void {
    if (!this.#mustClientWait) this.#parts.client.resume();
  }

  /** A client without an open exchange has a complete response, which a reset would cut: it gets FIN after it. */
  targetFailed(failure: TargetFailure): void {
    if (this.#parts.queue.length === 0) this.#ending.closeGracefully();
    else this.#endBroken(failure);
  }

  targetGone(): void {
    // `clientEnded` and `targetEnded` have handled both ends.
  }

  drain(): void {
    if (this.#parts.queue.length === 0 && !this.#requests.isInHead) this.#ending.closeGracefully();
  }

  /** A request without any response gets one; the connection closes at once, because a client that lingers keeps its memory. */
  evict(): void {
    const { queue } = this.#parts;
    if (queue.length === 0 && this.#requests.isInHead) this.#openUnread();
    const exchange = queue.first;
    if (exchange?.sentStatus === 0) this.#ending.evict(exchange);
    else this.#ending.abort('memory-exhausted', exchange !== undefined || !this.#parts.client.isFlushed);
  }

  checkTimeouts(now: number): void {
    const awaiting = this.awaiting;
    const { client, target, context } = this.#parts;
    const { settings } = context;
    const overdue = findTimeout(settings, now, {
      activeAtMs: this.#parts.activeAtMs,
      headSinceMs: this.#headSinceMs,
      connectingSinceMs: this.#parts.target.connectingSinceMs,
      discardingSinceMs: this.#responses.isDiscarding ? (awaiting?.firstByteAtMs ?? 0) : 0,
      isIdle: this.#parts.queue.length === 0,
      hasServed: this.#hasServed,
      isHalfClosed: this.#parts.client.hasEnded,
      awaitsHead: awaiting?.sentStatus === 0 && !this.#requests.isInBody,
      awaitsContent: this.#requests.isInBody && !this.#parts.client.isPaused,
      unreadSinceMs: client.waitingSinceMs(now, settings.progressTimeoutMs),
      targetUnreadSinceMs: target.waitingSinceMs(now, settings.progressTimeoutMs),
    });
    if (this.#parts.client.isPaused && !this.#mustClientWait) this.#parts.client.resume();
    if (overdue !== undefined) this.#end(overdue);
  }

  #end(overdue: Timeout): void {
    if (overdue === 'half-closed') this.#ending.abort('idle-timeout', true);
    else if (overdue === 'unread') this.#ending.abort('client-stalled', true);
    else if (overdue === 'content') this.#refuseContent();
    else if (overdue === 'discard') this.#responses.stopDiscarding();
    else if (overdue === 'head' && this.#requests.isInHead)
      this.refuse('header-timeout', nothingKnown(this.#requests.heldLength));
    // A client that sent only empty lines has no request that a response could answer.
    else if (overdue === 'head' || overdue === 'idle') this.#ending.closeGracefully();
    else this.targetFailed(overdue);
  }

  // Requests, as the relay finds them.

  get eventAtMs(): number {
    return this.#parts.eventAtMs;
  }

  openExchange(head: RequestHead, arrivedAtMs: number): Exchange {
    const { context, target, queue, eventAtMs } = this.#parts;
    if (queue.length > 0) this.#ending.clientSendsAhead();
    const exchange = this.#open({ kind: 'request', head }, arrivedAtMs, eventAtMs - arrivedAtMs);
    this.#headSinceMs = 0; // the next head has its own time
    context.observer.onRequest?.(exchange);
    target.open();
    return exchange;
  }

  forward(bytes: Buffer, from: number, to: number): void {
    this.#parts.target.write(bytes, from, to);
  }

  requestEnded(): void {
    const { context, queue } = this.#parts;
    if (this.#ending.isAnsweredEarly) this.#ending.endAnsweredEarly('ok');
    else if (queue.length >= context.settings.maxPipelined) this.#requests.hold();
  }

  /** A refusal waits for its turn: responses are sent in the order of the requests. */
  refuse(rejection: Rejection, { method, requestTarget, line, receivedBytes }: RefusedRequest): void {
    if (!this.#requests.isInBody) this.#open({ kind: 'refused', method, requestTarget }, this.#headSinceMs);
    const exchange = this.#parts.queue.last;
    if (exchange === undefined) return;
    exchange.received(receivedBytes);
    if (line !== '') exchange.violates(rejection as RequestFault, line);
    this.#headSinceMs = 0;
    this.#ending.refuse({ exchange, rejection });
  }

  beginHandshake(preface: Preface, bytes: Buffer): void {
    const exchange = this.#open({ kind: 'opaque', protocol: preface.protocol });
    this.#ending.handOver();
    this.#parts.beginHandshake(exchange, preface, bytes);
  }

  /** The time of a head begins with its first byte that is read; bytes that were held are read later. */
  #timeHead(): void {
    if (!this.#requests.isBeforeHead) this.#headSinceMs = 0;
    else if (this.#headSinceMs === 0) this.#headSinceMs = this.#parts.activeAtMs;
  }

  /** `sinceMs`: when the exchange began, if that was before the current event. */
  #open(start: ExchangeStart, sinceMs = 0, queuedMs = 0): Exchange {
    const { client, eventAtMs } = this.#parts;
    const exchange = new Exchange(client.address, start, sinceMs > 0 ? sinceMs : eventAtMs, queuedMs);
    this.#parts.queue.add(exchange);
    return exchange;
  }

  /** Opens the exchange of a head that is incomplete. */
  #openUnread(): void {
    this.#open({ kind: 'refused', ...UNREAD }, this.#headSinceMs).received(this.#requests.heldLength);
  }

  /** The content of the request stopped arriving. Its response is the last of the connection in any case. */
  #refuseContent(): void {
    if (this.#ending.isAnsweredEarly) this.#ending.endAnsweredEarly('ok');
    else this.refuse('content-timeout', nothingKnown(0));
  }

  get #mustClientWait(): boolean {
    const { target, account } = this.#parts;
    return target.isCongested || this.#requests.heldLength > MAX_HELD_BYTES || account.mustWait;
  }

  /** Forwards FIN after all bytes that arrived before it. */
  #forwardClientEnd(): void {
    if (this.#parts.client.hasEnded && !this.#requests.isHoldingMore) this.#parts.target.end();
  }

  // Responses, as the relay finds them.

  get awaiting(): Exchange | undefined {
    const { first } = this.#parts.queue;
    return this.#ending.isAnsweredEarly || first?.start.kind !== 'request' ? undefined : first;
  }

  get awaitingCount(): number {
    const { length } = this.#parts.queue;
    return this.#ending.isRefusing ? length - 1 : length; // a refused request is the last one
  }

  /**
   * A target may respond before it has read the content, and may never read it: it would then parse the rest as the next
   * request. The connection therefore serves no further request.
   */
  get mustClose(): boolean {
    return this.#parts.isDraining || (this.#requests.isInBody && this.#parts.queue.length === 1);
  }

  onResponseHead(exchange: Exchange, head: ResponseHead): void {
    exchange.responded(head, this.#parts.eventAtMs);
    this.#parts.context.observer.onResponse?.(exchange);
  }

  send(bytes: Buffer, from: number, to: number): void {
    if (!this.#parts.client.send(bytes, from, to)) this.#parts.target.pause();
  }

  responseEnded(closes: boolean): void {
    this.#hasServed = true;
    if (this.#requests.isInBody && this.#parts.queue.length === 1) {
      this.#ending.answerEarly();
    } else if (closes) {
      const exchange = this.#parts.queue.first;
      const closesNow = exchange !== undefined && canCloseImmediately(exchange);
      this.#ending.endFirst('ok');
      this.#ending.closeGracefully(closesNow ? 'nothing' : 'requests');
    } else this.#endServed();
  }

  surplusReceived(): void {
    this.#ending.closeGracefully();
  }

  switchProtocols(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
    exchange.switched();
    exchange.sent(to - from);
    if (from < to) this.send(bytes, from, to);
    this.#enterOpaque(this.#requests.takeHeld());
  }

  /** The client has its whole response. Only content of the target still belongs to the exchange. */
  pageSent(): void {
    if (!this.#requests.isInBody || this.#parts.queue.length > 1) this.#ending.completeFirst();
  }

  /** A client that is still sending need not wait for a target that is gone. */
  dropTarget(): void {
    this.#parts.target.destroy(true);
    this.#parts.client.resume();
  }

  targetMalformed(rule: ResponseFault, line: string): void {
    this.#parts.queue.first?.violates(rule, line);
    this.targetFailed('target-malformed');
  }

  #enterOpaque(held: Buffer): void {
    const { first } = this.#parts.queue;
    this.#ending.handOver();
    first?.received(held.length);
    enterOpaque(this.#parts, held);
  }

  /** Ends the exchange that has been served, and continues with the input that waited for it. */
  #endServed(): void {
    const { queue, client, context, isDraining } = this.#parts;
    this.#ending.endFirst('ok');
    if (this.#ending.isRefusing) {
      this.#ending.refuseIfDue();
      return;
    }
    if (queue.length > context.settings.maxPipelined / 2 || queue.last?.request?.asksToSwitch === true) return;
    if (this.#requests.heldLength > 0) this.#ending.clientSendsAhead();
    this.#requests.release();
    if (this.#ending.isOver) return;
    this.#timeHead();
    if (!this.#mustClientWait) client.resume();
    if (queue.length > 0) this.#forwardClientEnd();
    else if (isDraining || client.hasEnded) this.#ending.closeGracefully();
  }

  /** The target connection failed, and exchanges wait for it. */
  #endBroken(failure: TargetFailure): void {
    const exchange = this.#parts.queue.first;
    if (exchange === undefined) return;
    const consequence = onTargetFailure(failure, {
      isAnswered: this.#ending.isAnsweredEarly || this.#responses.isDiscarding,
      isHeadSent: exchange.sentStatus !== 0,
      hasPartOfHead: this.#responses.hasPartOfHead,
      endsWithConnection: this.#responses.endsWithConnection,
      hasServed: this.#hasServed,
      isSurplus: exchange.violation?.rule === 'bad-status-line',
    });
    this.#parts.target.destroy(failure !== 'target-closed');
    this.#ending.endBroken(exchange, failure, consequence);
  }
}
