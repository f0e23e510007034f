const NOTHING = Buffer.alloc(0);
const SMALLEST_STORAGE = 1024;

/**
 * Bytes that arrived but could not be judged yet. What was taken is never written over, since it may still be on
 * its way out: room is only used behind the last byte.
 */
export class HeldBytes {
  #storage: Buffer = NOTHING;
  #start = 0;
  #end = 0;

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
      const storage = Buffer.allocUnsafeSlow(Math.max(SMALLEST_STORAGE, 2 * needed));
      this.#storage.copy(storage, 0, this.#start, this.#end);
      this.#storage = storage;
      this.#start = 0;
      this.#end = needed - bytes.length;
    }
    bytes.copy(this.#storage, this.#end);
    this.#end += bytes.length;
  }

  /** Holds `bytes` from `start` on. They may be what {@link HeldBytes.take} gave: then nothing is copied. */
  keep(bytes: Buffer, start: number): void {
    if (start === bytes.length) {
      this.#storage = NOTHING;
      this.#start = this.#end = 0;
    } else if (bytes.buffer === this.#storage.buffer) {
      this.#start = bytes.byteOffset - this.#storage.byteOffset + start;
      this.#end = bytes.byteOffset - this.#storage.byteOffset + bytes.length;
    } else {
      this.#storage = NOTHING;
      this.#start = this.#end = 0;
      this.append(bytes.subarray(start));
    }
  }

  /** Everything that is held. Give back what is not used up with {@link HeldBytes.keep}. */
  take(): Buffer {
    const bytes = this.#storage.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }
}
