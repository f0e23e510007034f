import { type Socket } from 'node:net';
import { type RequestHead } from '../http1/request-head';
import { type ResponseHead } from '../http1/response-head';
import { ANSWERS, type RenderContent, answerExchange } from './answer';
import { consequenceOf } from './breakage';
import { type Chain } from './chain';
import { type ClientEvents, ClientSide } from './client-side';
import { findOverdue, type Overdue } from './deadlines';
import { Exchange, type Opening } from './exchange';
import { ExchangeQueue } from './exchange-queue';
import { Parting } from './parting';
import { MAX_HELD_BYTES, type RequestPort, RequestRelay } from './request-relay';
import { type ResponsePort, ResponseRelay } from './response-relay';
import { type TunnelSettings } from './settings';
import { type TargetEvents, TargetSide } from './target-side';
import { type Rejection, type TargetFailure, type Termination } from './termination';

/** What all tunnels of one listener share. */
export interface TunnelContext {
  readonly settings: TunnelSettings;
  readonly chain: Chain;
  readonly render: RenderContent;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Something that the operator should know: not the peer's fault. */
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
}

/**
 * One client connection and the one target connection that serves it. Owns both sides: nobody else writes to them, pauses
 * or closes them.
 */
export class Tunnel implements ClientEvents, RequestPort, ResponsePort, TargetEvents {
  readonly #context: TunnelContext;
  readonly #client: ClientSide;
  readonly #target: TargetSide;
  readonly #requests: RequestRelay;
  readonly #responses: ResponseRelay;
  readonly #queue: ExchangeQueue;
  readonly #parting: Parting;
  /** Bytes are relayed unread: another protocol is spoken. */
  #isOpaque = false;
  #activeAtMs: number;
  #headSinceMs = 0;
  #refusal: { readonly exchange: Exchange; readonly rejection: Rejection } | undefined;
  /** The first exchange has its whole answer, and its request is still coming. */
  #isAnsweredEarly = false;
  #hasServed = false;
  #isDraining = false;

  constructor(socket: Socket, context: TunnelContext, onClosed: (tunnel: Tunnel) => void) {
    this.#context = context;
    this.#activeAtMs = context.now();
    this.#client = new ClientSide(socket, this);
    this.#target = new TargetSide(context.settings, context.now, this);
    this.#requests = new RequestRelay(context.settings.limits, this);
    this.#responses = new ResponseRelay(context.settings.limits, context.settings.maxDiscardBytes, this);
    this.#queue = new ExchangeQueue(context.chain);
    const sides = { client: this.#client, target: this.#target };
    this.#parting = new Parting(sides, this.#queue, context.settings.maxDiscardBytes, () => onClosed(this));
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get awaiting(): Exchange | undefined {
    const first = this.#queue.first;
    return this.#isAnsweredEarly || first?.opening.kind !== 'request' ? undefined : first;
  }

  /** Finishes what has begun and then closes; at once where nothing has. */
  drain(): void {
    this.#isDraining = true;
    if (this.#queue.length === 0 && !this.#requests.isInHead && !this.#parting.hasBegun) this.#closeIdle();
  }

  /** Ends everything now. */
  abort(termination: Termination): void {
    this.#cut(termination, this.#queue.length > 0);
  }

  /** Looks whether something has taken too long. Called a few times within the shortest timeout. */
  checkDeadlines(now: number): void {
    const awaiting = this.awaiting;
    const overdue = findOverdue(this.#context.settings, now, {
      phase: this.#phase,
      activeAtMs: this.#activeAtMs,
      headSinceMs: this.#headSinceMs,
      connectingSinceMs: this.#target.connectingSinceMs,
      discardingSinceMs: this.#responses.isDiscarding ? (awaiting?.firstByteAtMs ?? 0) : 0,
      isIdle: this.#queue.length === 0,
      hasServed: this.#hasServed,
      isHalfClosed: this.#client.hasEnded || this.#parting.hasTargetEnded,
      awaitsHead: awaiting?.sentStatus === 0 && !this.#requests.isInBody,
    });
    if (overdue === undefined) return;
    this.#activeAtMs = now;
    this.#onOverdue(overdue);
  }

  // The client's side.

  clientBytes(bytes: Buffer): void {
    if (this.#parting.hasBegun || this.#refusal !== undefined) return;
    this.#activeAtMs = this.#context.now();
    if (this.#isOpaque) this.#relayOpaque(bytes);
    else {
      this.#requests.receive(bytes);
      if (!this.#requests.isInHead) this.#headSinceMs = 0;
      else if (this.#headSinceMs === 0) this.#headSinceMs = this.#activeAtMs;
    }
    if (this.#mustClientWait) this.#client.pause();
  }

  clientEnded(): void {
    if (this.#parting.hasBegun) return;
    this.#activeAtMs = this.#context.now();
    if (this.#queue.length === 0) this.#closeIdle();
    else this.#forwardClientEnd();
  }

  clientDrained(): void {
    this.#target.resume();
  }

  clientGone(): void {
    this.#activeAtMs = this.#context.now();
    if (this.#parting.hasBegun) {
      this.#parting.clientGone();
      return;
    }
    const isClean = this.#queue.length === 0 || (this.#isOpaque && this.#parting.hasTargetEnded);
    this.#cut(isClean ? 'ok' : 'client-aborted', !isClean);
  }

  get #phase(): 'http' | 'opaque' | 'finishing' {
    if (this.#parting.hasBegun) return 'finishing';
    return this.#isOpaque ? 'opaque' : 'http';
  }

  get #mustClientWait(): boolean {
    return this.#target.isCongested || this.#requests.heldLength > MAX_HELD_BYTES;
  }

  #relayOpaque(bytes: Buffer): void {
    const exchange = this.#queue.first;
    if (exchange !== undefined) exchange.requestBytes += bytes.length;
    this.#target.write(bytes);
  }

  /** FIN goes on once all that came before it has. */
  #forwardClientEnd(): void {
    if (this.#client.hasEnded && (this.#isOpaque || !this.#requests.isHolding)) this.#target.end();
  }

  // The way of the requests.

  openExchange(head: RequestHead): Exchange {
    const exchange = this.#open({ kind: 'request', head });
    this.#context.chain.onRequest(exchange);
    if (this.#queue.length >= this.#context.settings.maxPipelined) this.#requests.hold();
    this.#target.open();
    return exchange;
  }

  forward(bytes: Buffer): void {
    this.#target.write(bytes);
  }

  requestEnded(): void {
    if (!this.#isAnsweredEarly) return;
    this.#isAnsweredEarly = false;
    this.#endServed();
  }

  /** A refusal waits its turn: answers go out in the order of the requests. */
  refuse(rejection: Rejection, refused: { method: string; target: string }): void {
    if (!this.#requests.isInBody) this.#open({ kind: 'refused', ...refused });
    const exchange = this.#queue.last;
    if (exchange === undefined) return;
    this.#refusal = { exchange, rejection };
    this.#refuseIfDue();
  }

  becomeOpaque(protocol: 'h2' | 'tls', bytes: Buffer): void {
    this.#isOpaque = true;
    this.#open({ kind: 'opaque', protocol });
    this.#target.open();
    this.#relayOpaque(bytes);
  }

  #open(opening: Opening): Exchange {
    const exchange = new Exchange(this.#client.connection, opening, this.#activeAtMs);
    this.#queue.add(exchange);
    return exchange;
  }

  #refuseIfDue(): void {
    if (this.#refusal === undefined || this.#queue.first !== this.#refusal.exchange) return;
    const { exchange, rejection } = this.#refusal;
    // The target has part of this message; it must not take it for a whole one.
    if (exchange.opening.kind === 'request') this.#target.leave(true);
    if (exchange.sentStatus === 0) this.#answer(exchange, rejection, `rejected:${rejection}`);
    else this.#cut(`rejected:${rejection}`, true);
  }

  // The way of the responses.

  judge(exchange: Exchange, head: ResponseHead): void {
    exchange.response = head;
    exchange.firstByteAtMs = this.#activeAtMs;
    this.#context.chain.onResponse(exchange);
  }

  send(bytes: Buffer): void {
    if (!this.#client.send(bytes)) this.#target.pause();
  }

  responseEnded(closes: boolean): void {
    this.#hasServed = true;
    if (closes) {
      this.#queue.endFirst('ok', this.#activeAtMs);
      this.#finish();
    } else if (this.#requests.isInBody && this.#queue.length === 1) this.#isAnsweredEarly = true;
    else this.#endServed();
  }

  switchProtocols(exchange: Exchange, bytes: Buffer): void {
    exchange.isSwitched = true;
    this.#isOpaque = true;
    if (bytes.length > 0) this.targetBytes(bytes);
    const held = this.#requests.takeHeld();
    if (held.length > 0) this.#relayOpaque(held);
    if (!this.#mustClientWait) this.#client.resume();
    this.#forwardClientEnd();
  }

  dropTarget(): void {
    this.#parting.dropTarget();
  }

  targetMalformed(): void {
    this.targetFailed('target-malformed');
  }

  /** Ends the exchange that has been served, and turns to what waited for that. */
  #endServed(): void {
    this.#queue.endFirst('ok', this.#activeAtMs);
    if (this.#refusal !== undefined) {
      this.#refuseIfDue();
      return;
    }
    const { last, length } = this.#queue;
    if (length > this.#context.settings.maxPipelined / 2 || last?.request?.asksToSwitch === true) return;
    this.#requests.release();
    if (this.#parting.hasBegun || this.#isOpaque) return;
    if (!this.#mustClientWait) this.#client.resume();
    if (this.#queue.length > 0) this.#forwardClientEnd();
    else if (this.#isDraining || this.#client.hasEnded) this.#closeIdle();
  }

  // The target's side.

  targetConnected(tookMs: number): void {
    if (this.#queue.first !== undefined) this.#queue.first.connectMs = tookMs;
  }

  targetBytes(bytes: Buffer): void {
    if (this.#parting.hasBegun) {
      this.#parting.discard(bytes);
      return;
    }
    this.#activeAtMs = this.#context.now();
    if (!this.#isOpaque) this.#responses.receive(bytes);
    else {
      if (this.#queue.first !== undefined) this.#queue.first.responseBytes += bytes.length;
      this.send(bytes);
    }
  }

  targetDrained(): void {
    if (!this.#mustClientWait) this.#client.resume();
  }

  targetEnded(): void {
    this.#activeAtMs = this.#context.now();
    this.#parting.targetEnded();
    if (this.#parting.hasBegun) return;
    if (this.#isOpaque) {
      this.#client.end();
      if (this.#client.hasEnded) this.#cut('ok', false);
    } else if (this.#queue.length > 0) this.#endBroken('target-closed');
    else this.#closeIdle();
  }

  targetFailed(failure: TargetFailure, cause?: NodeJS.ErrnoException): void {
    this.#activeAtMs = this.#context.now();
    if (failure === 'target-unreachable' && cause !== undefined) this.#context.onProblem(cause);
    this.#parting.targetEnded();
    if (this.#parting.hasBegun) return;
    if (this.#isOpaque || this.#queue.length === 0) this.#cut(failure, true);
    else this.#endBroken(failure);
  }

  /** The target connection is of no more use, and there are exchanges that wait for it. */
  #endBroken(failure: TargetFailure): void {
    const exchange = this.#queue.first;
    if (exchange === undefined) return;
    const consequence = consequenceOf(failure, {
      isAnswered: this.#isAnsweredEarly || this.#responses.isDiscarding,
      isHeadSent: exchange.sentStatus !== 0,
      hasPartOfHead: this.#responses.hasPartOfHead,
      endsWithConnection: this.#responses.endsWithConnection,
      hasServed: this.#hasServed,
    });
    this.#target.leave(failure !== 'target-closed');
    switch (consequence) {
      case 'whole':
        this.#queue.endFirst('ok', this.#activeAtMs);
        this.#finish();
        return;
      case 'truncated':
        this.#queue.endFirst(exchange.sentStatus === 0 ? failure : 'target-truncated', this.#activeAtMs);
        this.#finish();
        return;
      case 'reset':
        this.#cut(failure, true);
        return;
      case 'answer':
        this.#answer(exchange, failure, this.#client.hasEnded && this.#requests.isInBody ? 'client-aborted' : failure);
    }
  }

  // The end.

  /** An answer of ours, the last on this connection. */
  #answer(exchange: Exchange, failure: Rejection | TargetFailure, termination: Termination): void {
    this.send(answerExchange(exchange, ANSWERS[failure], this.#context.render));
    exchange.firstByteAtMs = this.#activeAtMs;
    this.#queue.endFirst(termination, this.#activeAtMs);
    this.#finish();
  }

  #onOverdue(overdue: Overdue): void {
    switch (overdue) {
      case 'linger':
        this.#cut('ok', false);
        return;
      case 'idle':
        this.#closeIdle();
        return;
      case 'half-closed':
        this.#cut('idle-timeout', true);
        return;
      case 'head':
        this.refuse('header-timeout', { method: '', target: '' });
        return;
      case 'discard':
        this.#responses.stopDiscarding();
        return;
      case 'connect-timeout':
      case 'response-timeout':
        this.targetFailed(overdue);
    }
  }

  /** Nothing is under way: says goodbye to both sides. */
  #closeIdle(): void {
    this.#finish();
    this.#target.end();
  }

  #finish(): void {
    this.#responses.stop();
    this.#parting.finish(this.#activeAtMs);
  }

  #cut(termination: Termination, withReset: boolean): void {
    this.#responses.stop();
    this.#parting.cut(termination, withReset, this.#activeAtMs);
  }
}
