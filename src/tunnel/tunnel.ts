import { type Socket } from 'node:net';
import { type RequestFault } from '../http1/fault';
import { fieldsOf, type RequestHead } from '../http1/request-head';
import { type ResponseHead } from '../http1/response-head';
import { ANSWERS, type RenderContent, renderAnswer } from './answer';
import { type Chain } from './chain';
import { imfFixdate } from './date';
import { findOverdue } from './deadlines';
import { type Connection, Exchange } from './exchange';
import { ExchangeQueue } from './exchange-queue';
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
 * `http`: exchanges are read and relayed; `opaque`: bytes are; `finishing`: the client has had its last answer and FIN, and
 * what it still sends is thrown away so that it can read in peace; `closed`: nothing is left.
 */
type Phase = 'http' | 'opaque' | 'finishing' | 'closed';

/**
 * One client connection and the one target connection that serves it. Owns both sockets: nobody else writes to them, pauses
 * or closes them.
 */
export class Tunnel implements RequestPort, ResponsePort, TargetEvents {
  readonly #client: Socket;
  readonly #target: TargetSide;
  readonly #context: TunnelContext;
  readonly #connection: Connection;
  readonly #onClosed: (tunnel: Tunnel) => void;
  readonly #requests: RequestRelay;
  readonly #responses: ResponseRelay;
  readonly #queue: ExchangeQueue;
  #phase: Phase = 'http';
  #activeAtMs: number;
  #headSinceMs = 0;
  #refusal: { readonly exchange: Exchange; readonly rejection: Rejection } | undefined;
  /** The first exchange has its whole answer, and its request is still coming. */
  #isAnsweredEarly = false;
  #hasServed = false;
  #hasClientEnded = false;
  #hasTargetEnded = false;
  #isClientPaused = false;
  #isClientGone = false;
  #thrownAway = 0;
  #isDraining = false;

  constructor(client: Socket, context: TunnelContext, onClosed: (tunnel: Tunnel) => void) {
    this.#client = client;
    this.#context = context;
    this.#onClosed = onClosed;
    this.#activeAtMs = context.now();
    this.#connection = { clientAddress: client.remoteAddress ?? '', clientPort: client.remotePort ?? 0 };
    this.#requests = new RequestRelay(context.settings.limits, this);
    this.#responses = new ResponseRelay(context.settings.limits, context.settings.maxDiscardBytes, this);
    this.#target = new TargetSide(context.settings, context.now, this);
    this.#queue = new ExchangeQueue(context.chain, context.now);
    client.on('data', (bytes) => this.#clientBytes(bytes));
    client.on('end', () => this.#clientEnded());
    client.on('drain', () => this.#target.resume());
    client.on('error', () => this.#clientGone());
    client.on('close', () => this.#clientGone());
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
    if (this.#phase === 'http' && this.#queue.length === 0 && !this.#requests.isInHead) this.#closeIdle();
  }

  /** Ends everything now. What had not ended by itself is told apart from what had. */
  abort(termination: Termination): void {
    if (this.#phase === 'closed') return;
    this.#cut(termination, this.#queue.length > 0);
  }

  /** Looks whether something has taken too long. Called a few times within the shortest timeout. */
  checkDeadlines(now: number): void {
    const overdue = findOverdue(this.#context.settings, now, {
      phase: this.#phase,
      activeAtMs: this.#activeAtMs,
      headSinceMs: this.#headSinceMs,
      connectingSinceMs: this.#target.connectingSince,
      isIdle: this.#queue.length === 0,
      hasServed: this.#hasServed,
      isDiscarding: this.#responses.isDiscarding,
      isHalfClosed: this.#hasClientEnded || this.#hasTargetEnded,
      awaitsHead: this.awaiting?.sentStatus === 0 && !this.#requests.isInBody,
    });
    switch (overdue) {
      case undefined:
        return;
      case 'linger':
        return this.#destroy(false);
      case 'idle':
        return this.#closeIdle();
      case 'half-closed':
        return this.#cut('idle-timeout', true);
      case 'head':
        return this.#refuseWith('header-timeout', { method: '', target: '' });
      case 'discard':
        return this.#responses.stopDiscarding();
      case 'connect':
        return this.targetFailed('connect-timeout');
      case 'response':
        return this.targetFailed('response-timeout');
    }
  }

  // The client's half.

  #clientBytes(bytes: Buffer): void {
    this.#activeAtMs = this.#context.now();
    if (this.#phase === 'opaque') this.#relayOpaque(bytes);
    else if (this.#phase === 'http' && this.#refusal === undefined) {
      this.#requests.receive(bytes);
      if (!this.#requests.isInHead) this.#headSinceMs = 0;
      else if (this.#headSinceMs === 0) this.#headSinceMs = this.#activeAtMs;
    } else return;
    if (this.#target.isCongested || this.#requests.heldLength > MAX_HELD_BYTES) this.#pauseClient();
  }

  #relayOpaque(bytes: Buffer): void {
    const exchange = this.#queue.first;
    if (exchange !== undefined) exchange.requestBytes += bytes.length;
    this.#target.write(bytes);
  }

  #pauseClient(): void {
    if (this.#isClientPaused) return;
    this.#isClientPaused = true;
    this.#client.pause();
  }

  #resumeClient(): void {
    if (!this.#isClientPaused || this.#target.isCongested || this.#requests.heldLength > MAX_HELD_BYTES) return;
    this.#isClientPaused = false;
    this.#client.resume();
  }

  #clientEnded(): void {
    this.#hasClientEnded = true;
    this.#activeAtMs = this.#context.now();
    if (this.#phase === 'finishing' || this.#phase === 'closed') return;
    if (this.#queue.length === 0) this.#closeIdle();
    else this.#forwardClientEnd();
  }

  /** FIN goes on once all that came before it has. */
  #forwardClientEnd(): void {
    if (this.#hasClientEnded && (this.#phase === 'opaque' || !this.#requests.isHolding)) this.#target.end();
  }

  #clientGone(): void {
    if (this.#phase === 'closed') return;
    this.#isClientGone = true;
    if (this.#phase === 'finishing') {
      if (this.#hasTargetEnded || !this.#target.isConnected) this.#destroy(false);
      return;
    }
    const isClean = this.#queue.length === 0 || (this.#phase === 'opaque' && this.#hasTargetEnded);
    this.#cut(isClean ? 'ok' : 'client-aborted', !isClean);
  }

  // The way of the requests.

  openExchange(head: RequestHead): Exchange {
    const exchange = new Exchange(this.#connection, { kind: 'request', head }, this.#activeAtMs);
    this.#queue.add(exchange);
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
    this.#endFirst();
  }

  refuse(fault: RequestFault, refused: { method: string; target: string }): void {
    this.#refuseWith(fault, refused);
  }

  becomeOpaque(protocol: 'h2' | 'tls', bytes: Buffer): void {
    this.#phase = 'opaque';
    this.#queue.add(new Exchange(this.#connection, { kind: 'opaque', protocol }, this.#activeAtMs));
    this.#target.open();
    this.#relayOpaque(bytes);
  }

  /** A refusal waits its turn: answers go out in the order of the requests. */
  #refuseWith(rejection: Rejection, refused: { method: string; target: string }): void {
    const isInBody = this.#requests.isInBody;
    if (!isInBody) this.#queue.add(new Exchange(this.#connection, { kind: 'refused', ...refused }, this.#activeAtMs));
    const exchange = this.#queue.last;
    if (exchange === undefined) return;
    this.#refusal = { exchange, rejection };
    this.#refuseIfDue();
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
    if (this.#isClientGone) return;
    // A write that the kernel took whole leaves nothing to wait for, however large it was.
    if (!this.#client.write(bytes) && this.#client.writableLength > 0) this.#target.pause();
  }

  responseEnded(_exchange: Exchange, closes: boolean): void {
    this.#hasServed = true;
    if (closes) {
      this.#queue.endFirst('ok');
      this.#finish('target-closed');
    } else if (this.#requests.isInBody && this.#queue.length === 1) this.#isAnsweredEarly = true;
    else this.#endFirst();
  }

  switchProtocols(exchange: Exchange, bytes: Buffer): void {
    exchange.isSwitched = true;
    this.#phase = 'opaque';
    if (bytes.length > 0) this.targetBytes(bytes);
    const held = this.#requests.takeHeld();
    if (held.length > 0) this.#relayOpaque(held);
    this.#resumeClient();
    this.#forwardClientEnd();
  }

  dropTarget(): void {
    this.#hasTargetEnded = true;
    this.#target.leave(true);
  }

  targetMalformed(): void {
    this.targetFailed('target-malformed');
  }

  /** Ends the exchange that has been served, and turns to what waited for that. */
  #endFirst(): void {
    this.#queue.endFirst('ok');
    this.#refuseIfDue();
    if (this.#phase !== 'http') return;
    if (this.#queue.length === 0 && (this.#isDraining || this.#hasClientEnded) && !this.#requests.isHolding) {
      this.#closeIdle();
    } else if (this.#queue.length <= this.#context.settings.maxPipelined / 2 && !this.#mayHaveSwitched) {
      this.#requests.release();
      this.#resumeClient();
      this.#forwardClientEnd();
    }
  }

  get #mayHaveSwitched(): boolean {
    return this.#queue.last?.request?.asksToSwitch === true;
  }

  // The target's half.

  targetConnected(tookMs: number): void {
    if (this.#queue.first !== undefined) this.#queue.first.connectMs = tookMs;
  }

  targetBytes(bytes: Buffer): void {
    this.#activeAtMs = this.#context.now();
    if (this.#phase === 'http') this.#responses.receive(bytes);
    else if (this.#phase === 'opaque') {
      if (this.#queue.first !== undefined) this.#queue.first.responseBytes += bytes.length;
      this.send(bytes);
    } else {
      this.#thrownAway += bytes.length;
      if (this.#thrownAway > this.#context.settings.maxDiscardBytes) this.dropTarget();
    }
  }

  targetDrained(): void {
    this.#resumeClient();
  }

  targetEnded(): void {
    this.#hasTargetEnded = true;
    this.#activeAtMs = this.#context.now();
    if (this.#phase === 'opaque') this.#endOpaque();
    else if (this.#phase === 'finishing') this.#target.end();
    else if (this.#queue.length === 0) this.#finish('target-closed');
    else this.#endBroken('target-closed', 'target-truncated');
    if (this.#isClientGone) this.#destroy(false);
  }

  #endOpaque(): void {
    this.#client.end();
    if (this.#hasClientEnded) this.#cut('ok', false);
  }

  targetFailed(failure: TargetFailure, cause?: NodeJS.ErrnoException): void {
    this.#hasTargetEnded = true;
    if (failure === 'target-unreachable' && cause !== undefined) this.#context.onProblem(cause);
    if (this.#phase === 'finishing') {
      this.#target.leave(false);
      if (this.#isClientGone) this.#destroy(false);
    } else if (this.#phase === 'opaque' || this.#queue.length === 0) this.#cut(failure, true);
    else this.#endBroken(failure, failure);
  }

  /** The target is gone in the middle of something: `failure` before the head of a response, `truncation` behind it. */
  #endBroken(failure: TargetFailure, truncation: TargetFailure): void {
    const exchange = this.#queue.first;
    if (exchange === undefined || this.#phase !== 'http') return;
    const isWhole = this.#isAnsweredEarly || this.#responses.isDiscarding;
    if (isWhole || (failure === 'target-closed' && this.#responses.endsWithConnection)) {
      this.#queue.endFirst('ok');
      this.#finish('target-closed');
    } else if (exchange.sentStatus !== 0) {
      // A framed body shows that it was cut short; one that ends with the connection must not seem to have ended.
      const showsCut = truncation === 'target-truncated';
      this.#queue.endAll(truncation);
      if (showsCut) this.#finish(truncation);
      else this.#destroy(true);
    } else if (exchange.opening.kind === 'request' && this.#isLateClose(failure)) {
      // A persistent connection that closes as a request arrives: only the client knows whether it may try again.
      this.#queue.endAll(failure);
      if (failure === 'target-closed') this.#finish(failure);
      else this.#destroy(true);
    } else {
      this.#target.leave(failure !== 'target-closed');
      this.#answer(exchange, failure, this.#hasClientEnded && this.#requests.isInBody ? 'client-aborted' : failure);
    }
  }

  #isLateClose(failure: TargetFailure): boolean {
    const isClose = failure === 'target-closed' || failure === 'target-reset';
    return isClose && this.#hasServed && !this.#responses.hasPartOfHead;
  }

  // The end.

  /** An answer of ours, the last on this connection. */
  #answer(exchange: Exchange, failure: Rejection | TargetFailure, termination: Termination): void {
    const answer = ANSWERS[failure];
    const accept = exchange.request === undefined ? undefined : fieldsOf(exchange.request).get('accept');
    const isHead = exchange.method === 'HEAD';
    const bytes = renderAnswer(answer, this.#context.render, { accept, isHead }, imfFixdate());
    exchange.sentStatus = answer.status;
    exchange.responseBytes += bytes.length;
    exchange.firstByteAtMs = this.#context.now();
    this.send(bytes);
    this.#queue.endFirst(termination);
    this.#finish('target-closed');
  }

  /** Nothing is under way: says goodbye to both sides. */
  #closeIdle(): void {
    this.#finish('target-closed');
    this.#target.end();
  }

  /** Sends FIN to the client, and throws away what it may still be sending so that it can read what we sent. */
  #finish(unanswered: Termination): void {
    this.#phase = 'finishing';
    this.#responses.stop();
    this.#queue.endAll(unanswered);
    this.#activeAtMs = this.#context.now();
    this.#client.end();
    this.#client.resume();
    this.#target.resume();
    if (!this.#target.isConnected) this.#target.leave(false);
  }

  #cut(termination: Termination, withReset: boolean): void {
    this.#queue.endAll(termination);
    this.#destroy(withReset);
  }

  #destroy(withReset: boolean): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#responses.stop();
    this.#target.leave(withReset);
    if (withReset) this.#client.resetAndDestroy();
    else this.#client.destroy();
    this.#onClosed(this);
  }
}
