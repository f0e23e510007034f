import { backoffMs } from '../backoff';
import { errorMessage } from '../error-message';
import { type PushRecord } from './record';

export interface RecordQueueOptions {
  /** Sends these; they are forgotten only once it has resolved. */
  readonly send: (records: readonly PushRecord[]) => Promise<void>;
  readonly intervalMs: number;
  /** What went wrong, or `undefined` once it goes right again: each time that changes. */
  readonly onChange: (problem: string | undefined) => void;
  readonly random?: () => number;
}

export interface RecordCounts {
  readonly sent: number;
  readonly dropped: number;
  readonly failedAttempts: number;
}

/** What waits at the most, some 5 MiB: two minutes of 150 requests a second. */
export const MAX_WAITING = 20_000;
/** So many are not kept waiting for the next interval. */
const WORTH_SENDING = 2_000;
/** At once: about 64 KiB, as common JSON middleware takes no more than 100 kB. */
const MAX_BATCH_RECORDS = 400;
const MAX_BATCH_CHARACTERS = 48 * 1024;
/** What a record is long besides its target. */
const RECORD_CHARACTERS = 130;

type State =
  | { readonly at: 'rest'; readonly timer: NodeJS.Timeout }
  | { readonly at: 'sending'; readonly done: Promise<void> }
  | { readonly at: 'closed' };

/**
 * Records on their way to the dashboard. Invariants: there are never more than {@link MAX_WAITING}; one batch is under way
 * at a time; a record leaves the queue when its batch was taken, or when the queue is closed.
 *
 * When the queue is full the newest is dropped: it costs nothing, and does not pull a batch apart that is under way.
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

  /** Sends what waits, without trying twice, for at most this long; what is left then counts as dropped. */
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

  /** Sends what waits now, batch by batch; the first that fails ends it. */
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
