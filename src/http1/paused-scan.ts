import { skipIn } from './grammar';
import { INCOMPLETE } from './scan-result';

/** Accepts no octet: whichever comes next decides. */
export const NO_RUN: Uint8Array = new Uint8Array(256);

/** A line whose scan can end within a run of octets of which none decides anything: a name, a value, a request target. */
export interface PausableLine {
  /** The table that accepts the octets of the run in which the last incomplete scan ended. */
  run: Uint8Array;
}

export function pauseIn(line: PausableLine, run: Uint8Array): typeof INCOMPLETE {
  line.run = run;
  return INCOMPLETE;
}

/**
 * The place where the scan of an incomplete line stopped. Without it, each byte of a line that arrives byte by byte would
 * cost a scan from the start of the line: two seconds of processor time for 64 KiB.
 */
export class PausedScan {
  #run = NO_RUN;
  #length = 0;

  /** The scan has read `length` bytes, of which the last are part of a run of octets that `run` accepts. */
  pause(run: Uint8Array, length: number): void {
    this.#run = run;
    this.#length = length;
  }

  clear(): void {
    this.pause(NO_RUN, 0);
  }

  /** Whether the bytes from `start`, where the scan began, to `stop` only prolong the run: another scan would be incomplete too. */
  isProlonged(bytes: Uint8Array, start: number, stop: number): boolean {
    if (skipIn(this.#run, bytes, start + this.#length, stop) < stop) return false;
    this.#length = stop - start;
    return true;
  }
}
