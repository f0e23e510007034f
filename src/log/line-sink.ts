import { type Writable } from 'node:stream';

/**
 * What may wait for a reader that does not keep up, in characters (log lines are mostly ASCII, so about bytes).
 * It bridges a pause of half a second at twenty thousand lines a second, and is little beside the memory of the
 * smallest container worth running.
 */
export const MAX_WAITING = 4 * 1024 * 1024;

/** This much is worth a system call of its own; what collects the logs of containers reads no more at a time. */
const WORTH_WRITING = 16 * 1024;

/** To another process of ours: a little less than it reads at a time (64 KiB), so that few lines come in two pieces. */
export const WORTH_PASSING_ON = 60 * 1024;

/** How long a line waits for others to go out with it; measured, that halves the processor time of a line. */
const GATHER_MS = 20;

/** Drops are reported once in this time at the most: a log that is full is not helped by more lines. */
const REPORT_EVERY_MS = 1000;

const linesIn = (text: string): number => text.split('\n').length - 1;

/**
 * A writer of lines that never makes its caller wait: it gathers them and has one write under way at a time, so that
 * `waiting` and `inFlight` together are all that is held, and never more than {@link MAX_WAITING}.
 *
 * The stream is Node's own for standard output. Its writes to a pipe do not block; those of the thread pool (pino's
 * usual destination) do, and a process cannot exit before all threads of its pool are back. With this one, a reader
 * that has stalled stops neither traffic nor exit.
 */
export class LineSink {
  readonly #stream: Writable;
  readonly #onDropped: (lines: number) => void;
  readonly #worthWriting: number;
  readonly #flushed = new Set<() => void>();
  #waiting = '';
  #inFlight = '';
  #gathering: NodeJS.Timeout | undefined;
  #dropped = 0;
  #reported = 0;
  #reportedAt = -REPORT_EVERY_MS;

  /**
   * @param onDropped is told how many lines were lost since it was last told, once lines go through again
   * @param worthWriting so much, in characters, does not wait for more
   */
  constructor(stream: Writable, onDropped: (lines: number) => void, worthWriting = WORTH_WRITING) {
    this.#stream = stream;
    this.#onDropped = onDropped;
    this.#worthWriting = worthWriting;
    // A failed write is told to its own callback, below; without a listener it would also end the process.
    stream.on('error', () => undefined);
  }

  /** Takes whole lines with their line ends; drops and counts them where {@link MAX_WAITING} would be passed. */
  write(lines: string): void {
    if (this.#waiting.length + this.#inFlight.length + lines.length > MAX_WAITING) {
      this.#dropped += linesIn(lines);
      return;
    }
    this.#waiting += lines;
    if (this.#waiting.length >= this.#worthWriting) this.#send();
    else this.#gathering ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  /** Lines lost so far, to a full buffer or a failed write. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes what waits; resolves when the stream has taken all of it, or after this time. */
  flush(timeoutMs: number): Promise<void> {
    this.#send();
    if (this.#inFlight === '') return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#flushed.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      this.#flushed.add(end);
    });
  }

  #send(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    if (this.#inFlight !== '' || this.#waiting === '') return;
    this.#inFlight = this.#waiting;
    this.#waiting = '';
    this.#stream.write(this.#inFlight, (error) => this.#sent(error));
  }

  #sent(error: Error | null | undefined): void {
    if (error) this.#dropped += linesIn(this.#inFlight);
    else this.#report();
    this.#inFlight = '';
    this.#send();
    if (this.#inFlight === '') for (const end of this.#flushed) end();
  }

  #report(): void {
    const now = performance.now();
    if (this.#dropped === this.#reported || now - this.#reportedAt < REPORT_EVERY_MS) return;
    const lines = this.#dropped - this.#reported;
    this.#reported = this.#dropped;
    this.#reportedAt = now;
    this.#onDropped(lines);
  }
}
