/** The size of a slab. Small, so that one long-lived head pins at most 8 KiB. */
const SLAB_BYTES = 8 * 1024;

/**
 * Storage for heads that outlive the bytes they arrived in. Heads are copied one after the other into a slab: creating a
 * buffer for each costs more than the copy.
 */
export class HeadArena {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #used = 0;

  /** The slab with the head that was copied last. */
  get slab(): Buffer {
    return this.#slab;
  }

  /** Copies a head, and returns its position in {@link HeadArena.slab}. The copy is never overwritten. */
  copy(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length));
      this.#used = 0;
    }
    const position = this.#used;
    this.#used += bytes.copy(this.#slab, position, start, end);
    return position;
  }
}
