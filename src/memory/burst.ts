/** A burst is over when nothing more is held than at the last check, and this much less than at its peak. */
const BURST_BYTES = 4 * 1024 * 1024;

/**
 * The number of collections after a burst, one at each quiet check. The first frees objects and leaves their pages sparsely used.
 * The second compacts these pages: 25 MiB of heap after 3,000 connections of a mixed attack, then 9 MiB.
 */
const COLLECTIONS_AFTER_BURST = 2;

/** Detects the end of a burst of held memory: a collection is not worth its cost while more may be held. */
export class Burst {
  /** The most that was held since the last burst was over. */
  #peakBytes = 0;
  #heldAtCheck = 0;
  #collectionsDue = 0;

  /** Called whenever more is held. */
  grow(heldBytes: number): void {
    if (heldBytes > this.#peakBytes) this.#peakBytes = heldBytes;
  }

  /** Called regularly. Whether memory is to be collected now. */
  check(heldBytes: number): boolean {
    const isQuiet = heldBytes <= this.#heldAtCheck;
    this.#heldAtCheck = heldBytes;
    if (!isQuiet) return false;
    if (this.#peakBytes - heldBytes > BURST_BYTES) {
      this.#peakBytes = heldBytes;
      this.#collectionsDue = COLLECTIONS_AFTER_BURST;
    }
    if (this.#collectionsDue === 0) return false;
    this.#collectionsDue--;
    return true;
  }
}
