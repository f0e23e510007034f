import { Burst } from './burst';

/**
 * The memory of one connection that holds no bytes: two sockets, their handles and the tunnel. Measured as the growth
 * of a process with 5,000 idle connections; kernel memory is not included.
 */
export const CONNECTION_BYTES = 12 * 1024;

/** The share of the budget that large read buffers may use. They only save processor time; small reads always work. */
const LARGE_BUFFER_SHARE = 1 / 3;

/** Evictions continue down to this share of the budget, so that not every growth evicts a connection. */
const RELIEVED_SHARE = 0.9;

/** Where the container is short of memory, connections are evicted down to this share of what they use. */
const SCARCE_SHARE = 0.75;

/** The minimum time between two evictions after one that did not free enough memory. */
const RETRY_MS = 5;

/**
 * The bytes of closed connections after which a collection is requested. By itself V8 collects old buffers only when 64
 * MiB of them have been allocated, which is most of a small container.
 */
const MAX_GARBAGE_BYTES = 12 * 1024 * 1024;

/** The charged bytes after which the memory of the container is examined, in addition to the regular check. */
const CHECK_BYTES = 1024 * 1024;

/** The minimum time between two examinations: each reads a kernel file, which takes about 50 µs. */
const CHECK_MS = 10;

/** The memory of the whole process, whereas the budget knows only charged bytes. */
export interface ProcessMemory {
  /** Whether the container is close to its limit, kernel buffers and garbage included. */
  isScarce(): boolean;
  /** Frees unreachable buffers now. */
  collectGarbage(): void;
}

/** A process whose memory has no limit: only the budget counts. */
export const UNOBSERVED_MEMORY: ProcessMemory = { isScarce: () => false, collectGarbage: () => undefined };

/**
 * Accounts for the bytes that all connections of a listener hold: heads, pipelined requests, content under
 * backpressure, unsent responses, and a constant for each connection. Growth beyond the limit evicts connections, those
 * without progress first.
 *
 * Invariant: `usedBytes` is the sum of the open accounts. A small exchange causes no charge: bytes are charged only if
 * they are kept longer than the read that delivered them.
 */
export class MemoryBudget {
  readonly limitBytes: number;
  readonly #evict: (goalBytes: number) => void;
  readonly #now: () => number;
  readonly #process: ProcessMemory;
  readonly #burst = new Burst();
  #usedBytes = 0;
  #accounts = 0;
  #isEvicting = false;
  #retryAtMs = 0;
  #garbageBytes = 0;
  /** Charges until the next check. */
  #uncheckedBytes = 0;
  /** The part of `usedBytes` that is lent for large read buffers. These come from a pool and never become garbage. */
  #lentBytes = 0;
  #checkedAtMs = -Infinity;

  /** @param evict closes connections until at most `goalBytes` are used, or no candidate is left */
  constructor(limitBytes: number, process: ProcessMemory, now: () => number, evict: (goalBytes: number) => void) {
    this.limitBytes = limitBytes;
    this.#process = process;
    this.#now = now;
    this.#evict = evict;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get isExhausted(): boolean {
    return this.#usedBytes > this.limitBytes;
  }

  /** The bytes that a connection may hold while the budget is exhausted. */
  get fairShareBytes(): number {
    return this.limitBytes / Math.max(1, this.#accounts);
  }

  /** Opens an account for a new connection; returns `undefined` if no memory can be freed for it. */
  open(): MemoryAccount | undefined {
    if (this.#usedBytes + CONNECTION_BYTES > this.limitBytes) this.relieve();
    if (this.#usedBytes + CONNECTION_BYTES > this.limitBytes) return undefined;
    this.#accounts++;
    const account = new MemoryAccount(this);
    account.charge(CONNECTION_BYTES);
    return account;
  }

  /** Called by accounts only. */
  charge(bytes: number): void {
    this.#usedBytes += bytes;
    this.#uncheckedBytes += bytes;
    this.#burst.grow(this.#heldBytes);
    if (this.#usedBytes > this.limitBytes) this.relieve();
    if (this.#uncheckedBytes > CHECK_BYTES) this.#checkProcess();
  }

  /** Called by accounts only. */
  release(bytes: number): void {
    this.#usedBytes -= bytes;
  }

  /** Called by accounts only. */
  closed(bytes: number): void {
    this.#accounts--;
    this.#usedBytes -= bytes;
    this.#garbageBytes += bytes - CONNECTION_BYTES;
    if (this.#garbageBytes > MAX_GARBAGE_BYTES) this.#collect();
  }

  /** Frees memory if necessary. Must be called regularly. */
  check(): void {
    if (this.isExhausted) this.relieve();
    this.#checkProcess();
    if (this.#burst.check(this.#heldBytes)) this.#collect();
  }

  #checkProcess(): void {
    const nowMs = this.#now();
    if (nowMs - this.#checkedAtMs < CHECK_MS) return;
    this.#checkedAtMs = nowMs;
    this.#uncheckedBytes = 0;
    if (!this.#process.isScarce()) return;
    this.#collect();
    if (this.#process.isScarce()) this.#evictTo(this.#usedBytes * SCARCE_SHARE);
  }

  #collect(): void {
    this.#garbageBytes = 0;
    this.#process.collectGarbage();
  }

  /** The used bytes without lent buffers. */
  get #heldBytes(): number {
    return this.#usedBytes - this.#lentBytes;
  }

  /** Charges a large buffer if the budget has room for it; returns whether it had. Called by accounts only. */
  lend(bytes: number): boolean {
    if (this.#usedBytes + bytes > this.limitBytes * LARGE_BUFFER_SHARE) return false;
    this.#lentBytes += bytes;
    this.charge(bytes);
    return true;
  }

  /** Called by accounts only. */
  takeBack(bytes: number): void {
    this.#lentBytes -= bytes;
    this.release(bytes);
  }

  /** Evicts connections, because the budget is exhausted or a new connection does not fit. */
  relieve(): void {
    if (this.#now() < this.#retryAtMs) return;
    this.#evictTo(this.limitBytes * RELIEVED_SHARE);
    if (this.#usedBytes + CONNECTION_BYTES > this.limitBytes) this.#retryAtMs = this.#now() + RETRY_MS;
  }

  #evictTo(goalBytes: number): void {
    if (this.#isEvicting) return;
    this.#isEvicting = true;
    try {
      this.#evict(goalBytes);
    } finally {
      this.#isEvicting = false;
    }
  }
}

/** The part of a {@link MemoryBudget} that one connection holds. A closed account ignores further calls. */
export class MemoryAccount {
  readonly #budget: MemoryBudget;
  #usedBytes = 0;
  #lentBytes = 0;
  #isClosed = false;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Whether the connection must not grow now, because the budget is exhausted and it holds more than its fair share.
   */
  get mustWait(): boolean {
    return this.#budget.isExhausted && this.#usedBytes > this.#budget.fairShareBytes;
  }

  charge(bytes: number): void {
    if (this.#isClosed || bytes === 0) return;
    this.#usedBytes += bytes;
    this.#budget.charge(bytes);
  }

  release(bytes: number): void {
    if (this.#isClosed || bytes === 0) return;
    this.#usedBytes -= bytes;
    this.#budget.release(bytes);
  }

  /** Charges for a large read buffer if the budget has room for one. */
  borrow(bytes: number): boolean {
    if (this.#isClosed || !this.#budget.lend(bytes)) return false;
    this.#usedBytes += bytes;
    this.#lentBytes += bytes;
    return true;
  }

  /** Returns a large buffer. */
  giveBack(bytes: number): void {
    if (this.#isClosed) return;
    this.#usedBytes -= bytes;
    this.#lentBytes -= bytes;
    this.#budget.takeBack(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#budget.takeBack(this.#lentBytes);
    this.#budget.closed(this.#usedBytes - this.#lentBytes);
  }
}
