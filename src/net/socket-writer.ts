import { type Socket } from 'node:net';
import { type StorageAccount } from '../memory/accounts';
import { type PendingWriter, queueLengthOf, writeDirectly } from './direct-write';
import { kernelQueueOf } from './kernel-queue';
import { SHARED_BYTES, isLarge, isShared } from './read-buffer';
import { type BatchedWriter, MAX_BATCHED_BYTES, type WriteBatcher } from './write-batcher';

/** Writes to one socket, in order: small writes through the batcher, others at once, and the end of the stream after them. */
export class SocketWriter implements PendingWriter, BatchedWriter {
  readonly #socket: Socket;
  readonly #batcher: WriteBatcher;
  readonly #onDrained: () => void;
  readonly #account: StorageAccount;
  /** The batched bytes: their position in the arena, and their length. */
  #batchedAt = 0;
  #batchedLength = 0;
  /** The length of a pending direct write. */
  #directLength = 0;
  /** The bytes charged for memory that pending writes use. */
  #charged = 0;
  /** The length of the write queue when it was last observed, and since when it has had that length. */
  #observedLength = 0;
  #observedAtMs = 0;
  /** The kernel's queue when it was last observed, see {@link kernelQueueOf}. */
  #observedQueue: string | undefined;
  #afterBatch: 'nothing' | 'end' | 'close' = 'nothing';

  /** Calls `onDrained` when there is room again after `write` returned false. Charges memory in use to `account`. */
  constructor(socket: Socket, batcher: WriteBatcher, account: StorageAccount, onDrained: () => void) {
    this.#socket = socket;
    this.#batcher = batcher;
    this.#account = account;
    this.#onDrained = () => {
      this.#settle();
      onDrained();
    };
    socket.on('drain', this.#onDrained);
  }

  /** Whether there is room for more. A complete write leaves nothing to wait for. */
  write(bytes: Buffer, from: number, to: number): boolean {
    this.flush();
    if (this.#charged > 0) this.#settle();
    if (to - from <= MAX_BATCHED_BYTES && this.#batcher.shouldBatch() && this.#unsentLength === 0) {
      this.#batchedAt = this.#batcher.store(this, bytes, from, to);
      this.#batchedLength = to - from;
      return true;
    }
    return isShared(bytes) ? this.#writeCopy(bytes, from, to) : this.#writeCharged(bytes.subarray(from, to));
  }

  /** Whether the memory of the written bytes can be reused: the kernel took them, or they were copied. */
  get isFlushed(): boolean {
    return this.#unsentLength === 0;
  }

  /** Sends FIN after all written bytes. */
  end(): void {
    this.#after('end');
  }

  /** Closes the connection after all written bytes. */
  close(): void {
    this.#after('close');
  }

  /** Writes the batched bytes now. */
  flush(): void {
    const length = this.#batchedLength;
    if (length === 0) return;
    this.#batchedLength = 0;
    this.#write(this.#batcher.storedBytes(this.#batchedAt, length));
    if (this.#unsentLength > 0) this.#batcher.retainArena(this);
    this.#after(this.#afterBatch);
  }

  /** Charges for memory that a pending write uses, until all writes are complete. */
  charge(bytes: number): void {
    this.#charged += bytes;
    this.#account.charge(bytes);
  }

  onFlushed(): void {
    this.#directLength = 0;
    // Otherwise the socket emits 'drain' after the writes that followed.
    if (!this.#socket.writableNeedDrain) this.#onDrained();
  }

  /**
   * Since when the peer has taken none of the pending bytes; 0 where none are pending. Call it regularly. The kernel is asked
   * only for a connection that seems to have stalled for half of `timeoutMs`.
   */
  waitingSinceMs(now: number, timeoutMs: number): number {
    const length = this.#unsentLength === 0 ? 0 : queueLengthOf(this.#socket) + this.#socket.writableLength;
    if (length === 0 || length !== this.#observedLength) {
      this.#observedLength = length;
      this.#observedAtMs = now;
      this.#observedQueue = undefined;
    } else if (now - this.#observedAtMs >= timeoutMs / 2) this.#observeKernel(now, timeoutMs);
    return length === 0 ? 0 : this.#observedAtMs;
  }

  #observeKernel(now: number, timeoutMs: number): void {
    const isOver = now - this.#observedAtMs >= timeoutMs;
    if (this.#observedQueue !== undefined && !isOver) return;
    const queue = kernelQueueOf(this.#socket, now);
    if (isOver && queue !== this.#observedQueue) this.#observedAtMs = now - timeoutMs / 2;
    this.#observedQueue = queue;
  }

  #settle(): void {
    if (this.#charged === 0 || this.#unsentLength > 0) return;
    this.#account.release(this.#charged);
    this.#charged = 0;
  }

  /** The bytes that the kernel has not taken yet. */
  get #unsentLength(): number {
    return this.#directLength + this.#socket.writableLength;
  }

  #after(then: 'nothing' | 'end' | 'close'): void {
    if (this.#batchedLength > 0) this.#afterBatch = then;
    else if (then === 'close' && this.#unsentLength === 0) this.#socket.destroy();
    else if (then !== 'nothing') this.#socket.end();
  }

  /** A large read buffer was charged when it was lent. */
  #writeCharged(bytes: Buffer): boolean {
    const hasRoom = this.#write(bytes);
    if (this.#unsentLength > 0 && !isLarge(bytes)) this.charge(bytes.length);
    return hasRoom;
  }

  #writeCopy(bytes: Buffer, from: number, to: number): boolean {
    // After pending bytes the copy must last longer than the scratch buffer.
    if (this.#unsentLength > 0) return this.#writeCharged(Buffer.from(bytes.subarray(from, to)));
    const hasRoom = this.#write(this.#batcher.copyToScratch(bytes, from, to));
    if (this.#unsentLength > 0) {
      this.#batcher.retainScratch();
      this.charge(SHARED_BYTES);
    }
    return hasRoom;
  }

  #write(bytes: Uint8Array): boolean {
    const result = this.#unsentLength === 0 ? writeDirectly(this.#socket, bytes, this) : 'unsupported';
    if (result === 'pending') this.#directLength = bytes.length;
    if (result !== 'unsupported') return result === 'complete';
    return this.#socket.write(bytes) || this.#unsentLength === 0;
  }
}
