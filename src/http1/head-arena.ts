/** So many heads share a piece of memory that one which is kept for long does not keep many others. */
const PIECE_BYTES = 8 * 1024;

/** Memory for heads that outlive the bytes they came in: one behind the other, since a view for each costs more than to copy it. */
class KeptHeads {
  #bytes = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #used = 0;

  /** Where the head last kept stands. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Copies a head, and answers where in {@link KeptHeads.bytes} it begins. It is never written over. */
  keep(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, length));
      this.#used = 0;
    }
    const place = this.#used;
    this.#used += bytes.copy(this.#bytes, place, start, end);
    return place;
  }
}

export const KEPT_HEADS = new KeptHeads();
