import { type StorageAccount } from '../memory/accounts';

const NOTHING = Buffer.alloc(0);

/** The sizes of the storage. There are few, because each growth leaves garbage and copies a head that arrives in small reads. */
const STORAGE_BYTES = [2 * 1024, 16 * 1024, 72 * 1024, 160 * 1024];

/**
 * Bytes that arrived but could not be parsed yet. Taken bytes are never overwritten, because a write may still use them: free
 * space is only used after the last byte.
 */
export class ReceiveBuffer {
  readonly #account: StorageAccount;
  #storage: Buffer = NOTHING;
  #start = 0;
  #end = 0;

  constructor(account: StorageAccount) {
    this.#account = account;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  includes(bytes: Buffer): boolean {
    return this.#storage.subarray(this.#start, this.#end).includes(bytes);
  }

  /** The held bytes followed by `bytes`; `bytes` itself where nothing is held. Nothing is held afterwards. */
  join(bytes: Buffer): Buffer {
    if (this.length === 0) return bytes;
    this.append(bytes);
    return this.take();
  }

  append(bytes: Buffer): void {
    const needed = this.length + bytes.length;
    if (this.#storage.length - this.#end < bytes.length) {
      const size = STORAGE_BYTES.find((step) => step >= needed) ?? Math.ceil(1.5 * needed);
      const storage = Buffer.allocUnsafeSlow(size);
      this.#storage.copy(storage, 0, this.#start, this.#end);
      this.#replace(storage);
      this.#start = 0;
      this.#end = needed - bytes.length;
    }
    bytes.copy(this.#storage, this.#end);
    this.#end += bytes.length;
  }

  /** Holds `bytes` from `start` on. Bytes that {@link ReceiveBuffer.take} returned are not copied. */
  keep(bytes: Buffer, start: number): void {
    if (start === bytes.length) this.clear();
    else if (bytes.buffer === this.#storage.buffer) {
      this.#start = bytes.byteOffset - this.#storage.byteOffset + start;
      this.#end = bytes.byteOffset - this.#storage.byteOffset + bytes.length;
    } else {
      this.clear();
      this.append(bytes.subarray(start));
    }
  }

  /** Frees the storage. */
  clear(): void {
    this.#replace(NOTHING);
    this.#start = this.#end = 0;
  }

  #replace(storage: Buffer): void {
    if (storage === this.#storage) return;
    const growth = storage.length - this.#storage.length;
    this.#storage = storage;
    if (growth > 0) this.#account.charge(growth);
    else this.#account.release(-growth);
  }

  /** All held bytes. Return unused ones with {@link ReceiveBuffer.keep}. */
  take(): Buffer {
    const bytes = this.#storage.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }
}
