import { type Socket } from 'node:net';
import { type Preface } from '../http1/detect-protocol';
import { ClientSide, type ClientEvents } from '../net/client-connection';
import { type Exchange } from './exchange';
import { ExchangeQueue } from './exchange-queue';
import { HandshakeMode } from './handshake-mode';
import { HttpMode } from './http-mode';
import { type Mode, type Remainder, type TunnelContext, type TunnelParts } from './mode';
import { OpaqueMode } from './opaque-mode';
import { PartingMode } from './closing-mode';
import { CONNECTION_BYTES, type MemoryAccount } from '../memory/memory-budget';
import { type TargetEvents, TargetSide } from '../net/target-connection';
import { type TargetFailure, type Termination } from './termination';

/** The weight of a connection that holds no bytes, in {@link Tunnel.evictionRank}. */
const IDLE_BYTES = 1024;

/**
 * One client connection and the one target connection that serves it. It begins as HTTP, may become opaque, and parts; its
 * mode says what an event means. A handshake stands between HTTP and opaque where the client begins another protocol. Owns both sides: nobody else writes to them, pauses or closes them.
 */
export class Tunnel implements TunnelParts, ClientEvents, TargetEvents {
  readonly context: TunnelContext;
  readonly client: ClientSide;
  readonly target: TargetSide;
  readonly queue: ExchangeQueue;
  readonly account: MemoryAccount;
  readonly #onClosed: (tunnel: Tunnel) => void;
  #mode: Mode;
  #activeAtMs: number;
  #isDraining = false;
  #isClosed = false;

  constructor(socket: Socket, context: TunnelContext, account: MemoryAccount, onClosed: (tunnel: Tunnel) => void) {
    this.context = context;
    this.account = account;
    this.#onClosed = onClosed;
    this.#activeAtMs = context.now();
    this.client = new ClientSide(socket, context.outbox, account, this);
    this.target = new TargetSide(context, account, this);
    this.queue = new ExchangeQueue(context.chain, account);
    this.#mode = new HttpMode(this);
  }

  get activeAtMs(): number {
    return this.#activeAtMs;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  drain(): void {
    this.#isDraining = true;
    this.#mode.drain();
  }

  /**
   * The cost of keeping this connection: the bytes that it holds, times the time since its last progress. 0 for a connection
   * that is progressing now.
   */
  evictionRank(now: number): number {
    const idleMs = now - this.#activeAtMs;
    return idleMs < 1 ? 0 : (this.account.usedBytes - CONNECTION_BYTES + IDLE_BYTES) * idleMs;
  }

  /** Closes the connection to free its memory. */
  evict(): void {
    this.#mode.evict();
  }

  /** Ends everything now. */
  abort(termination: Termination): void {
    // Bytes that wait for a slow client are lost: without a reset a response without a length would look complete.
    this.cut(termination, this.queue.length > 0 || !this.client.isFlushed);
  }

  /** Called a few times within the shortest timeout. */
  checkDeadlines(now: number): void {
    // To ask for it costs four system calls, which a connection that is gone by then need not pay.
    this.client.keepAlive();
    this.target.keepAlive();
    this.#mode.checkDeadlines(now);
  }

  beginHandshake(exchange: Exchange, preface: Preface, bytes: Buffer): void {
    this.#mode = new HandshakeMode(this, exchange, preface, bytes);
  }

  becomeOpaque(): void {
    this.#mode = new OpaqueMode(this);
  }

  finish(remainder: Remainder): void {
    if (this.#isClosed || this.#mode instanceof PartingMode) return;
    this.queue.endAll('target-closed', this.#activeAtMs);
    this.#mode = new PartingMode(this, remainder);
  }

  cut(termination: Termination, withReset: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.queue.endAll(termination, this.#activeAtMs);
    this.target.leave(withReset);
    this.client.leave(withReset);
    this.account.close();
    this.#onClosed(this);
  }

  clientBytes(bytes: Buffer): boolean {
    this.#activeAtMs = this.context.now();
    this.#mode.clientBytes(bytes);
    return this.target.isFlushed;
  }

  clientEnded(): void {
    this.#activeAtMs = this.context.now();
    this.#mode.clientEnded();
  }

  clientDrained(): void {
    this.target.resume();
  }

  clientGone(): void {
    this.#activeAtMs = this.context.now();
    this.#mode.clientGone();
  }

  targetConnected(tookMs: number): void {
    if (this.queue.first !== undefined) this.queue.first.connectMs = tookMs;
  }

  targetBytes(bytes: Buffer): boolean {
    this.#activeAtMs = this.context.now();
    this.#mode.targetBytes(bytes);
    return this.client.isFlushed;
  }

  targetEnded(): void {
    this.#activeAtMs = this.context.now();
    this.#mode.targetEnded();
  }

  targetDrained(): void {
    this.#mode.targetDrained();
  }

  targetFailed(failure: TargetFailure, cause: NodeJS.ErrnoException): void {
    this.#activeAtMs = this.context.now();
    if (failure === 'target-unreachable') this.context.onProblem(cause);
    this.#mode.targetFailed(failure);
  }

  targetGone(): void {
    this.#mode.targetGone();
  }
}
