import { type Preface } from '../http1/detect-protocol';
import { CONNECTION_BYTES, type MemoryAccount } from '../memory/memory-budget';
import { type AcceptedSocket } from '../net/accept';
import { ClientConnection } from '../net/client-connection';
import { type ConnectionOwner } from '../net/connection-owner';
import { TargetConnection } from '../net/target-connection';
import { ClosingMode } from './closing-mode';
import { type Exchange } from './exchange';
import { ExchangeQueue } from './exchange-queue';
import { HandshakeMode } from './handshake-mode';
import { HttpMode } from './http-mode';
import { type ExpectedInput, type Mode, type TunnelContext, type TunnelParts } from './mode';
import { OpaqueMode } from './opaque-mode';
import { type Termination } from './termination';

/** The weight of a connection that holds no bytes, in {@link Tunnel.evictionRank}. */
const IDLE_BYTES = 1024;

/**
 * One client connection and the one target connection that serves it. Owns both connections, and passes their events to its
 * mode: HTTP first, opaque after a handshake or a switch of protocols, closing at the end.
 */
export class Tunnel implements TunnelParts, ConnectionOwner {
  readonly context: TunnelContext;
  readonly client: ClientConnection;
  readonly target: TargetConnection;
  readonly queue: ExchangeQueue;
  readonly account: MemoryAccount;
  readonly #onClosed: (tunnel: Tunnel) => void;
  #mode: Mode;
  #activeAtMs: number;
  #eventAtMs: number;
  #isDraining = false;
  #isClosed = false;

  constructor(
    socket: AcceptedSocket,
    context: TunnelContext,
    account: MemoryAccount,
    onClosed: (tunnel: Tunnel) => void,
  ) {
    this.context = context;
    this.account = account;
    this.#onClosed = onClosed;
    this.#activeAtMs = this.#eventAtMs = context.now();
    this.client = new ClientConnection(socket, this);
    this.target = new TargetConnection(this);
    this.queue = new ExchangeQueue(context.observer, account);
    this.#mode = new HttpMode(this);
    this.#enter(this.#mode);
  }

  get activeAtMs(): number {
    return this.#activeAtMs;
  }

  get eventAtMs(): number {
    return this.#eventAtMs;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  onActive(): void {
    this.#activeAtMs = this.#eventAtMs = this.context.now();
  }

  onClientDrained(): void {
    this.target.resume();
  }

  onTargetConnected(tookMs: number): void {
    this.queue.first?.connected(tookMs);
  }

  drain(): void {
    this.#isDraining = true;
    this.#eventAtMs = this.context.now();
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
    this.#eventAtMs = this.context.now();
    this.#mode.evict();
  }

  /** Closes the connection when the drain timeout expires. */
  endDrain(): void {
    this.#eventAtMs = this.context.now();
    // Pending bytes are lost. Without a reset a response without a length would look complete.
    this.abort('drained', this.queue.length > 0 || !this.client.isFlushed);
  }

  /** Called several times within the shortest timeout. */
  onTick(now: number): void {
    // Enabled here and not at once: it takes four system calls, which a short connection need not pay for.
    this.client.keepAlive();
    this.target.keepAlive();
    this.#eventAtMs = now;
    this.#mode.checkTimeouts(now);
  }

  beginHandshake(exchange: Exchange, preface: Preface, bytes: Buffer): void {
    this.#enter(new HandshakeMode(this, exchange, preface, bytes));
  }

  becomeOpaque(): void {
    this.#enter(new OpaqueMode(this));
  }

  closeGracefully(expected: ExpectedInput): void {
    if (this.#isClosed || this.#mode instanceof ClosingMode) return;
    this.queue.endAll('target-closed', this.#eventAtMs);
    this.#enter(new ClosingMode(this, expected));
  }

  abort(termination: Termination, withReset: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.queue.endAll(termination, this.#eventAtMs);
    this.target.destroy(withReset);
    this.client.destroy(withReset);
    this.account.close();
    this.#onClosed(this);
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    this.client.notify(mode);
    this.target.notify(mode);
  }
}
