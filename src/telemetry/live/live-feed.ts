import { type ExchangeRecord } from '../../tunnel/exchange';
import { LINGER_TICKS, TICK_MS } from './limits';
import { type LiveUpdate, type WorkerUpdate } from './messages';
import { type LiveReader, LiveRecorder, hasFailed } from './recorder';

/** A subscription to the updates. */
export interface Watching {
  /** Returns all data so far. */
  whole(): LiveUpdate;
  stop(): void;
}

/**
 * Counts exchanges for the live page. Without a viewer an exchange costs a few additions. Everything else is created
 * for the first viewer, and released {@link LINGER_TICKS} seconds after the last one has left.
 */
export class LiveFeed {
  readonly #reader: LiveReader;
  readonly #viewers = new Set<(update: LiveUpdate) => void>();
  #watch: LiveRecorder | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleTicks = 0;
  #inFlight = 0;
  #ended = 0;
  #requests = 0;
  #failed = 0;
  #overridden = 0;

  constructor(reader: LiveReader) {
    this.#reader = reader;
  }

  onRequest(exchange: ExchangeRecord): void {
    this.#inFlight++;
    this.#watch?.begin(exchange);
  }

  /** Totals, seconds and paths count the same exchanges: neither successful probes nor connections in another protocol. */
  onEnd(exchange: ExchangeRecord, isQuietProbe = false): void {
    const { kind } = exchange.start;
    this.#ended++;
    if (kind === 'request') this.#inFlight--;
    if (kind !== 'opaque' && !isQuietProbe) this.#countTotals(exchange);
    this.#watch?.end(exchange, { id: this.#ended, endedAtEpochMs: Date.now(), isQuietProbe });
  }

  /** Calls `onUpdate` once a second with the changes, until the subscription is stopped. */
  watch(onUpdate: (update: LiveUpdate) => void): Watching {
    const watch = (this.#watch ??= new LiveRecorder(this.#reader, performance.now()));
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    this.#viewers.add(onUpdate);
    this.#idleTicks = 0;
    return {
      whole: () => ({ ...watch.whole(performance.now()), totals: this.#totals() }),
      stop: () => void this.#viewers.delete(onUpdate),
    };
  }

  /**
   * Ends a second and returns its changes, for a caller with its own timer that does not use {@link watch}. The data is
   * released {@link LINGER_TICKS} seconds after the last call.
   */
  poll(): WorkerUpdate {
    const watch = (this.#watch ??= new LiveRecorder(this.#reader, performance.now()));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), LINGER_TICKS * TICK_MS).unref();
    const news = watch.tick(performance.now(), Date.now(), this.#inFlight);
    return { ...news, paths: watch.paths(), totals: this.#totals(), distributions: watch.distributions() };
  }

  /** Releases all data at once. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watch = undefined;
    this.#viewers.clear();
  }

  #tick(): void {
    if (this.#viewers.size === 0 && ++this.#idleTicks > LINGER_TICKS) {
      this.close();
      return;
    }
    const news = this.#watch?.tick(performance.now(), Date.now(), this.#inFlight);
    if (news === undefined) return;
    const update = { ...news, totals: this.#totals() };
    for (const tell of this.#viewers) tell(update);
  }

  #countTotals(exchange: ExchangeRecord): void {
    this.#requests++;
    if (exchange.isOverridden) this.#overridden++;
    if (hasFailed(exchange)) this.#failed++;
  }

  #totals(): LiveUpdate['totals'] {
    return {
      requests: this.#requests,
      failed: this.#failed,
      overridden: this.#overridden,
      inFlight: this.#inFlight,
    };
  }
}
