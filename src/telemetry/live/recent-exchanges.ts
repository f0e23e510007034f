import { type ExchangeRecord } from '../../tunnel/exchange';
import { MAX_TAIL } from './limits';
import { shortMethod } from './path-pattern';
import { type LiveExchange } from './messages';

/** An exchange and the values that have been read from it. */
export interface TailEntry {
  readonly id: number;
  readonly endedAtMs: number;
  readonly client: string;
  /** The path of the exchange. */
  readonly path: string;
  readonly firstByteMs: number | null;
  readonly isProbe: boolean;
  readonly exchange: ExchangeRecord;
}

/**
 * The most recent exchanges; a new one replaces the oldest. They are copied, because an exchange retains the buffer
 * that it was parsed from.
 */
export class LiveTail {
  #taken: LiveExchange[] = [];
  #new: LiveExchange[] = [];
  #oldest = 0;
  #skipped = 0;

  add(entry: TailEntry): void {
    const copy = copyOf(entry);
    if (this.#new.length < MAX_TAIL) {
      this.#new.push(copy);
      return;
    }
    this.#new[this.#oldest] = copy;
    this.#oldest = (this.#oldest + 1) % MAX_TAIL;
    this.#skipped++;
  }

  /** Returns the exchanges since the last call, oldest first. */
  takeNew(): { readonly entries: readonly LiveExchange[]; readonly skipped: number } {
    const entries = [...this.#new.slice(this.#oldest), ...this.#new.slice(0, this.#oldest)];
    const skipped = this.#skipped;
    this.#taken = [...this.#taken, ...entries].slice(-MAX_TAIL);
    this.#new = [];
    this.#oldest = 0;
    this.#skipped = 0;
    return { entries, skipped };
  }

  /** Returns the last exchanges that were taken, oldest first. */
  taken(): readonly LiveExchange[] {
    return this.#taken;
  }
}

/** Copies the exchange property by property: object spread costs twenty times as much here. */
function copyOf(entry: TailEntry): LiveExchange {
  const { exchange } = entry;
  return {
    id: entry.id,
    endedAtMs: entry.endedAtMs,
    client: entry.client,
    protocol: exchange.protocol,
    method: shortMethod(exchange.method),
    path: entry.path,
    status: exchange.sentStatus,
    targetStatus: exchange.targetStatus,
    isOverridden: exchange.isOverridden,
    isProbe: entry.isProbe,
    isSwitched: exchange.isSwitched,
    firstByteMs: entry.firstByteMs,
    durationMs: exchange.endedAtMs - exchange.startedAtMs,
    bytesIn: exchange.requestBytes,
    bytesOut: exchange.responseBytes,
    termination: exchange.termination ?? '',
  };
}
