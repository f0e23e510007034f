import { destroySocket, releaseSocket } from './close';
import { type Attempt, type ConnectionFailure, connectTarget } from './connect';
import { type ConnectionOwner, TCP_KEEP_ALIVE_MS } from './connection-owner';
import { endedWithReset } from './raw-descriptor';
import { SocketWriter } from './socket-writer';
import { type TargetSocket } from './target-socket';

/** Receives the events of a target connection. `targetFailed` or `targetGone` is the last one. */
export interface TargetEvents {
  /** The bytes are valid only during the call, unless they are sent to the client: copy what you keep. */
  targetBytes(bytes: Buffer): void;
  /** The target closed its half of the connection. */
  targetEnded(): void;
  /** There is room again after {@link TargetConnection.isCongested}. */
  targetDrained(): void;
  targetFailed(failure: ConnectionFailure): void;
  /** Both halves of the connection have ended, and the kernel has taken all bytes. */
  targetGone(): void;
}

type State =
  | { readonly at: 'idle' }
  | { readonly at: 'connecting'; readonly attempt: Attempt; readonly sinceMs: number; readonly pending: Buffer[] }
  | { readonly at: 'connected'; readonly socket: TargetSocket; readonly writer: SocketWriter }
  | { readonly at: 'gone' };

/** The bytes that may wait for a connection that is not established yet, before the client is paused. */
const MAX_PENDING_BYTES = 64 * 1024;

const IGNORE: TargetEvents = {
  targetBytes: () => undefined,
  targetEnded: () => undefined,
  targetDrained: () => undefined,
  targetFailed: () => undefined,
  targetGone: () => undefined,
};

/** The connection to the target, from before it is opened until after its end. */
export class TargetConnection {
  readonly #owner: ConnectionOwner;
  #events: TargetEvents = IGNORE;
  #state: State = { at: 'idle' };
  #isCongested = false;
  #isEnding = false;
  #isPaused = false;
  #isKeptAlive = false;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  /** Replaces the receiver of the events. */
  notify(events: TargetEvents): void {
    this.#events = events;
  }

  get isConnected(): boolean {
    return this.#state.at === 'connected';
  }

  /** Whether the connection ended with RST instead of FIN. Costs a system call; call it only when the target ends. */
  get wasReset(): boolean {
    return this.#state.at === 'connected' && endedWithReset(this.#state.socket);
  }

  /** Whether no more bytes should be written until `targetDrained`. */
  get isCongested(): boolean {
    return this.#isCongested;
  }

  /** When the attempt to connect began; 0 where none is under way. */
  get connectingSinceMs(): number {
    return this.#state.at === 'connecting' ? this.#state.sinceMs : 0;
  }

  /** Since when the target has taken none of the pending bytes; 0 where none are pending. */
  waitingSinceMs(now: number, timeoutMs: number): number {
    return this.#state.at === 'connected' ? this.#state.writer.waitingSinceMs(now, timeoutMs) : 0;
  }

  /** Connects. Only the first call has an effect. */
  open(): void {
    if (this.#state.at !== 'idle') return;
    const { context, account } = this.#owner;
    const sinceMs = context.now();
    const attempt = connectTarget(context.settings, context.now, {
      onBytes: (bytes) => this.#state.at !== 'connected' || this.#received(bytes),
      account,
      connected: (socket) => this.#connected(socket, sinceMs),
      failed: (failure, cause) => this.#failed(failure, cause),
    });
    this.#state = { at: 'connecting', attempt, sinceMs, pending: [] };
  }

  /** Whether the memory of all written bytes can be reused. */
  get isFlushed(): boolean {
    return this.#state.at !== 'connected' || this.#state.writer.isFlushed;
  }

  write(bytes: Buffer, from: number, to: number): void {
    if (this.#state.at === 'connected') {
      if (!this.#state.writer.write(bytes, from, to)) this.#isCongested = true;
    } else if (this.#state.at === 'connecting') {
      this.#state.pending.push(Buffer.from(bytes.subarray(from, to))); // the read buffer is reused
      this.#owner.account.charge(to - from);
      const total = this.#state.pending.reduce((sum, { length }) => sum + length, 0);
      if (total > MAX_PENDING_BYTES) this.#isCongested = true;
    }
  }

  /** Sends FIN after all written bytes: a half-close is relayed as a half-close. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#state.at === 'connected') this.#state.writer.end();
  }

  /** Enables TCP keep-alive, once for each connection. */
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

  /** Closes the connection now; no event follows. `withReset`: the target must see that the request is incomplete. */
  destroy(withReset: boolean): void {
    const state = this.#state;
    this.#state = { at: 'gone' };
    this.#isCongested = false;
    if (state.at === 'connecting') state.attempt.abandon();
    else if (state.at === 'connected') {
      state.writer.flush();
      destroySocket(state.socket, withReset);
    }
  }

  /** Closes the connection, and prepares for another one with the next {@link TargetConnection.open}. */
  restart(): void {
    const state = this.#state;
    this.destroy(false);
    if (state.at === 'connected') releaseSocket(state.socket); // its late events must not reach the next connection
    this.#state = { at: 'idle' };
    this.#isCongested = this.#isEnding = this.#isPaused = this.#isKeptAlive = false;
  }

  #connected(socket: TargetSocket, sinceMs: number): void {
    const pending = this.#state.at === 'connecting' ? this.#state.pending : [];
    const { context, account } = this.#owner;
    const writer = new SocketWriter(socket, context.batcher, account, () => this.#drained());
    this.#state = { at: 'connected', socket, writer };
    socket.on('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#broken(socket, error));
    socket.on('close', () => {
      this.#gone();
      releaseSocket(socket);
    });
    this.#owner.onTargetConnected(context.now() - sinceMs);
    for (const bytes of pending) {
      this.#owner.account.release(bytes.length);
      this.write(bytes, 0, bytes.length);
    }
    if (this.#isEnding) writer.end();
    if (this.#isPaused) socket.pause();
    if (writer.isFlushed) this.#drained();
  }

  #received(bytes: Buffer): boolean {
    this.#owner.onActive();
    this.#events.targetBytes(bytes);
    return this.#owner.client.isFlushed;
  }

  #ended(): void {
    if (this.#state.at !== 'connected') return;
    this.#owner.onActive();
    this.#events.targetEnded();
  }

  #drained(): void {
    if (!this.#isCongested || this.#state.at !== 'connected') return;
    this.#isCongested = false;
    this.#events.targetDrained();
  }

  #broken(socket: TargetSocket, error: NodeJS.ErrnoException): void {
    for (const bytes of socket.unreadBytes) if (this.#state.at === 'connected') this.#received(bytes);
    this.#failed('target-reset', error);
  }

  #gone(): void {
    if (this.#state.at === 'gone') return;
    this.#state = { at: 'gone' };
    this.#events.targetGone();
  }

  #failed(failure: ConnectionFailure, cause: NodeJS.ErrnoException): void {
    if (this.#state.at === 'gone') return;
    this.#state = { at: 'gone' };
    this.#owner.onActive();
    if (failure === 'target-unreachable') this.#owner.context.onProblem(cause);
    this.#events.targetFailed(failure);
  }
}
