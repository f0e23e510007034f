const NOTHING = Buffer.alloc(0);

/** Storage grows in few steps: each leaves garbage, and a head that arrives in small reads is copied only so often. */
const STORAGE_BYTES = [2 * 1024, 16 * 1024, 72 * 1024, 160 * 1024];

/** The account that the storage is charged to, see {@link MemoryAccount}. */
export interface StorageAccount {
  charge(bytes: number): void;
  release(bytes: number): void;
}

/**
 * Bytes that arrived but could not be parsed yet. Taken bytes are never overwritten, because a write may still use them: free
 * space is only used after the last byte.
 */
export class HeldBytes {
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

  /** What is held with `bytes` behind it; `bytes` itself where nothing is held. Nothing is held afterwards. */
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

  /** Holds `bytes` from `start` on. They may be what {@link HeldBytes.take} gave: then nothing is copied. */
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

  /** Everything that is held. Give back what is not used up with {@link HeldBytes.keep}. */
  take(): Buffer {
    const bytes = this.#storage.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }
}
