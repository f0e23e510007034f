import { backoffMs } from '../backoff';
import { errorMessage } from '../error-message';
import { type PushRecord } from './record';

export interface RecordQueueOptions {
  /** Sends records. They are removed from the queue only after the promise has resolved. */
  readonly send: (records: readonly PushRecord[]) => Promise<void>;
  readonly intervalMs: number;
  /** Called when sending begins to fail, with the reason, and when it works again, with `undefined`. */
  readonly onChange: (problem: string | undefined) => void;
  readonly random?: () => number;
}

export interface RecordCounts {
  readonly sent: number;
  readonly dropped: number;
  readonly failedAttempts: number;
}

/** The maximum number of waiting records, about 5 MiB: two minutes of 150 requests per second. */
export const MAX_WAITING = 20_000;
/** The number of waiting records that are sent without waiting for the next interval. */
const WORTH_SENDING = 2_000;
/** The limits of one batch, about 64 KiB: common JSON middleware accepts at most 100 kB. */
const MAX_BATCH_RECORDS = 400;
const MAX_BATCH_CHARACTERS = 48 * 1024;
/** The length of a record without its path. */
const RECORD_CHARACTERS = 130;

type State =
  | { readonly at: 'rest'; readonly timer: NodeJS.Timeout }
  | { readonly at: 'sending'; readonly done: Promise<void> }
  | { readonly at: 'closed' };

/**
 * The queue of records for the dashboard. Invariants: it holds at most {@link MAX_WAITING} records; one batch is in
 * flight at a time; a record leaves the queue when its batch was accepted or the queue is closed.
 *
 * If the queue is full, the newest record is dropped: that is cheap, and does not change a batch in flight.
 */
export class RecordQueue {
  readonly #options: RecordQueueOptions;
  #waiting: PushRecord[] = [];
  #state: State;
  #failures = 0;
  #sent = 0;
  #dropped = 0;
  #failedAttempts = 0;

  constructor(options: RecordQueueOptions) {
    this.#options = options;
    this.#state = this.#restFor(options.intervalMs);
  }

  get counts(): RecordCounts {
    return { sent: this.#sent, dropped: this.#dropped, failedAttempts: this.#failedAttempts };
  }

  add(record: PushRecord): void {
    if (this.#waiting.length >= MAX_WAITING || this.#state.at === 'closed') {
      this.#dropped++;
      return;
    }
    this.#waiting.push(record);
    if (this.#waiting.length >= WORTH_SENDING && this.#failures === 0) this.#wake();
  }

  /** Sends the waiting records within this time, without retries; the remaining records count as dropped. */
  async close(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([this.#sendLast(), timeout]);
    clearTimeout(timer);
    if (this.#state.at === 'rest') clearTimeout(this.#state.timer);
    this.#state = { at: 'closed' };
    this.#dropped += this.#waiting.length;
    this.#waiting = [];
  }

  async #sendLast(): Promise<void> {
    if (this.#state.at === 'sending') await this.#state.done;
    this.#wake();
    if (this.#state.at === 'sending') await this.#state.done;
  }

  #restFor(ms: number): State {
    return { at: 'rest', timer: setTimeout(() => this.#wake(), ms).unref() };
  }

  #wake(): void {
    if (this.#state.at !== 'rest') return;
    clearTimeout(this.#state.timer);
    this.#state = { at: 'sending', done: Promise.resolve().then(() => this.#sendAll()) };
  }

  /** Sends the records that are waiting now in batches; stops at the first failure. */
  async #sendAll(): Promise<void> {
    let left = this.#waiting.length;
    let restMs = this.#options.intervalMs;
    try {
      while (left > 0 && !this.#isClosed) {
        const batch = this.#nextBatch();
        await this.#options.send(batch);
        this.#taken(batch.length);
        left -= batch.length;
      }
    } catch (error) {
      restMs = this.#failed(error);
    }
    if (!this.#isClosed) this.#state = this.#restFor(restMs);
  }

  get #isClosed(): boolean {
    return this.#state.at === 'closed';
  }

  #nextBatch(): readonly PushRecord[] {
    let length = 0;
    let characters = 0;
    while (length < Math.min(this.#waiting.length, MAX_BATCH_RECORDS)) {
      characters += RECORD_CHARACTERS + (this.#waiting[length]?.endpoint.length ?? 0);
      if (length > 0 && characters > MAX_BATCH_CHARACTERS) break;
      length++;
    }
    return this.#waiting.slice(0, length);
  }

  #taken(records: number): void {
    if (this.#isClosed) return;
    this.#waiting.splice(0, records);
    this.#sent += records;
    if (this.#failures > 0) this.#options.onChange(undefined);
    this.#failures = 0;
  }

  #failed(error: unknown): number {
    if (this.#isClosed) return 0;
    this.#failedAttempts++;
    if (this.#failures++ === 0) this.#options.onChange(errorMessage(error));
    return backoffMs(this.#failures, this.#options.random);
  }
}
