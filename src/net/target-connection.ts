import { breakOff } from '../tunnel/break-off';
import { letGo } from './close';
import { type MemoryAccount } from '../memory/memory-budget';
import { type Outbox, Outlet } from './write-batcher';
import { TCP_KEEP_ALIVE_MS, type TunnelSettings } from '../tunnel/settings';
import { type Attempt, connectTarget } from './connect';
import { type TargetSocket } from './target-socket';
import { type TargetFailure } from '../tunnel/termination';
import { wasReset } from './raw-descriptor';

/** What a tunnel hears of its target. After `targetFailed` or `targetGone` nothing more comes. */
export interface TargetEvents {
  targetConnected(tookMs: number): void;
  /** Answers whether nobody keeps the bytes: their memory is read into again. */
  targetBytes(bytes: Buffer): boolean;
  /** The target closed its half of the connection. */
  targetEnded(): void;
  /** There is room again after {@link TargetSide.isCongested}. */
  targetDrained(): void;
  targetFailed(failure: TargetFailure, cause: NodeJS.ErrnoException): void;
  /** Both halves of the connection have ended, and all that was written has been taken. */
  targetGone(): void;
}

/** The parts of a tunnel's context that a target connection uses. */
export interface TargetContext {
  readonly settings: TunnelSettings;
  readonly now: () => number;
  readonly outbox: Outbox;
}

type State =
  | { readonly at: 'idle' }
  | { readonly at: 'connecting'; readonly attempt: Attempt; readonly sinceMs: number; readonly pending: Buffer[] }
  | { readonly at: 'connected'; readonly socket: TargetSocket; readonly outlet: Outlet }
  | { readonly at: 'gone' };

/** What waits for a connection that is not there yet may be this much, before the client must wait. */
const MAX_PENDING_BYTES = 64 * 1024;

/** The connection to the target, from before it is opened until after it is gone. */
export class TargetSide {
  readonly #settings: TunnelSettings;
  readonly #now: () => number;
  readonly #outbox: Outbox;
  readonly #account: MemoryAccount;
  readonly #events: TargetEvents;
  #state: State = { at: 'idle' };
  #isCongested = false;
  #isEnding = false;
  #isPaused = false;
  #isKeptAlive = false;

  constructor(context: TargetContext, account: MemoryAccount, events: TargetEvents) {
    this.#settings = context.settings;
    this.#now = context.now;
    this.#outbox = context.outbox;
    this.#account = account;
    this.#events = events;
  }

  get isConnected(): boolean {
    return this.#state.at === 'connected';
  }

  /** Whether its end was no farewell. Asked when the target ends, and only where somebody is to be told. */
  get wasReset(): boolean {
    return this.#state.at === 'connected' && wasReset(this.#state.socket);
  }

  /** Whether no more should be written until `targetDrained`. */
  get isCongested(): boolean {
    return this.#isCongested;
  }

  /** Since when the connection has been waited for; 0 where it is not. */
  get connectingSinceMs(): number {
    return this.#state.at === 'connecting' ? this.#state.sinceMs : 0;
  }

  /** Since when the target has taken none of the bytes that wait for it; 0 where none wait. */
  waitingSinceMs(now: number, timeoutMs: number): number {
    return this.#state.at === 'connected' ? this.#state.outlet.waitingSinceMs(now, timeoutMs) : 0;
  }

  /** Connects, unless that was done before. */
  open(): void {
    if (this.#state.at !== 'idle') return;
    const sinceMs = this.#now();
    const attempt = connectTarget(this.#settings, this.#now, {
      take: (bytes) => this.#state.at !== 'connected' || this.#events.targetBytes(bytes),
      account: this.#account,
      connected: (socket) => this.#connected(socket, sinceMs),
      failed: (failure, cause) => this.#failed(failure, cause),
    });
    this.#state = { at: 'connecting', attempt, sinceMs, pending: [] };
  }

  /** Whether the memory of what was written is not needed any more. */
  get isFlushed(): boolean {
    return this.#state.at !== 'connected' || this.#state.outlet.isFlushed;
  }

  write(bytes: Buffer, from: number, to: number): void {
    if (this.#state.at === 'connected') {
      if (!this.#state.outlet.write(bytes, from, to)) this.#isCongested = true;
    } else if (this.#state.at === 'connecting') {
      this.#state.pending.push(Buffer.from(bytes.subarray(from, to))); // the read buffer is reused
      this.#account.charge(to - from);
      const total = this.#state.pending.reduce((sum, { length }) => sum + length, 0);
      if (total > MAX_PENDING_BYTES) this.#isCongested = true;
    }
  }

  /** Sends FIN behind all that was written: half-close travels as half-close. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#state.at === 'connected') this.#state.outlet.end();
  }

  /** Has the kernel ask from time to time, from the first call on a connection, whether the target is still there. */
  keepAlive(): void {
    if (this.#isKeptAlive || this.#state.at !== 'connected') return;
    this.#isKeptAlive = true;
    this.#state.socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state.at === 'connected') this.#state.socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#state.at === 'connected') this.#state.socket.resume();
  }

  /** Leaves without ceremony; nothing more is heard. `withReset`: the target is to know that something broke. */
  leave(withReset: boolean): void {
    const state = this.#state;
    this.#state = { at: 'gone' };
    this.#isCongested = false; // nothing waits for this connection any more
    if (state.at === 'connecting') state.attempt.abandon();
    else if (state.at === 'connected') {
      state.outlet.flush();
      breakOff(state.socket, withReset);
    }
  }

  /** Drops the connection, which has served its purpose; the next {@link TargetSide.open} makes another. */
  restart(): void {
    const state = this.#state;
    this.leave(false);
    if (state.at === 'connected') letGo(state.socket); // it is closed only later, and that concerns nothing any more
    this.#state = { at: 'idle' };
    this.#isCongested = this.#isEnding = this.#isPaused = this.#isKeptAlive = false;
  }

  #connected(socket: TargetSocket, sinceMs: number): void {
    const pending = this.#state.at === 'connecting' ? this.#state.pending : [];
    const outlet = new Outlet(socket, this.#outbox, this.#account, () => this.#drained());
    this.#state = { at: 'connected', socket, outlet };
    socket.on('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#broken(socket, error));
    socket.on('close', () => {
      this.#gone();
      letGo(socket);
    });
    this.#events.targetConnected(this.#now() - sinceMs);
    for (const bytes of pending) {
      this.#account.release(bytes.length);
      this.write(bytes, 0, bytes.length);
    }
    if (this.#isEnding) outlet.end();
    if (this.#isPaused) socket.pause();
    if (outlet.isFlushed) this.#drained();
  }

  #ended(): void {
    if (this.#state.at === 'connected') this.#events.targetEnded();
  }

  #drained(): void {
    if (!this.#isCongested || this.#state.at !== 'connected') return;
    this.#isCongested = false;
    this.#events.targetDrained();
  }

  #broken(socket: TargetSocket, error: NodeJS.ErrnoException): void {
    for (const bytes of socket.lastWords) if (this.#state.at === 'connected') this.#events.targetBytes(bytes);
    this.#failed('target-reset', error);
  }

  #gone(): void {
    if (this.#state.at === 'gone') return;
    this.#state = { at: 'gone' };
    this.#events.targetGone();
  }

  #failed(failure: TargetFailure, cause: NodeJS.ErrnoException): void {
    if (this.#state.at === 'gone') return;
    this.#state = { at: 'gone' };
    this.#events.targetFailed(failure, cause);
  }
}
