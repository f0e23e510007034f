import { type Writable } from 'node:stream';

/**
 * The maximum number of characters that wait for a slow reader (log lines are mostly ASCII, so about as many bytes). It
 * covers a pause of half a second at 20,000 lines per second, and is small compared with the memory of the smallest
 * useful container.
 */
export const MAX_WAITING = 4 * 1024 * 1024;

/**
 * The number of characters that are written without waiting for more. The collectors of container logs read at most
 * this much at a time.
 */
const WORTH_WRITING = 16 * 1024;

/**
 * The same for a pipe to the primary: slightly less than it reads at a time (64 KiB), so that few lines arrive in two
 * pieces.
 */
export const WORTH_PASSING_ON = 60 * 1024;

/** The time that a line waits for others to be written with it. Measured: it halves the processor time of a line. */
const GATHER_MS = 20;

/** The minimum time between two reports of dropped lines: more lines would only make a full log worse. */
const REPORT_EVERY_MS = 1000;

const linesIn = (text: string): number => text.split('\n').length - 1;

/**
 * Writes lines without ever blocking its caller. It batches them and has one write in progress at a time. Invariant:
 * `waiting` and `inFlight` are all that is held, together at most {@link MAX_WAITING}.
 *
 * The stream is Node's own for standard output. Its writes to a pipe do not block. Writes by the thread pool (pino's
 * default destination) do, and a process cannot exit before the threads of its pool have returned. With this sink, a
 * stalled reader delays neither traffic nor exit.
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
   * @param onDropped receives the number of lines lost since its last call, once lines can be written again
   * @param worthWriting the number of characters that are written without waiting for more
   */
  constructor(stream: Writable, onDropped: (lines: number) => void, worthWriting = WORTH_WRITING) {
    this.#stream = stream;
    this.#onDropped = onDropped;
    this.#worthWriting = worthWriting;
    // The callback of the write handles its failure; an 'error' event without a listener would end the process.
    stream.on('error', () => undefined);
  }

  /** Takes whole lines with their line ends. Drops and counts lines that would exceed {@link MAX_WAITING}. */
  write(lines: string): void {
    if (this.#waiting.length + this.#inFlight.length + lines.length > MAX_WAITING) {
      this.#dropped += linesIn(lines);
      return;
    }
    this.#waiting += lines;
    if (this.#waiting.length >= this.#worthWriting) this.#send();
    else this.#gathering ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  /** The number of lines lost so far because the buffer was full or a write failed. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes all buffered lines; resolves when the stream has taken them, or after this time. */
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
