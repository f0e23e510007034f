import { type ExchangeRecord } from '../../tunnel/exchange';
import { LINGER_TICKS, TICK_MS } from './limits';
import { type LiveUpdate } from './messages';
import { type LiveReader, LiveRecorder, hasFailed } from './recorder';

/** One who watches. */
export interface Watching {
  /** All there is to see so far. */
  whole(): LiveUpdate;
  stop(): void;
}

/**
 * Counts for the live page. While nobody watches an exchange costs a few additions; all else is made when somebody begins
 * to, and let go {@link LINGER_TICKS} seconds after the last has left.
 */
export class LiveFeed {
  readonly #reader: LiveReader;
  readonly #viewers = new Set<(update: LiveUpdate) => void>();
  #watch: LiveRecorder | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleTicks = 0;
  #inFlight = 0;
  #ended = 0;
  #opaque = 0;
  #failed = 0;
  #overridden = 0;

  constructor(reader: LiveReader) {
    this.#reader = reader;
  }

  onRequest(exchange: ExchangeRecord): void {
    this.#inFlight++;
    this.#watch?.begin(exchange);
  }

  onEnd(exchange: ExchangeRecord): void {
    const { kind } = exchange.start;
    this.#ended++;
    if (kind === 'request') this.#inFlight--;
    else if (kind === 'opaque') this.#opaque++;
    if (exchange.isOverridden) this.#overridden++;
    if (hasFailed(exchange)) this.#failed++;
    this.#watch?.end(exchange, this.#ended, Date.now());
  }

  /** Calls `onUpdate` once a second with what is new, until it is stopped. */
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
   * For one who keeps the time himself, in place of {@link watch}: ends a second and tells of it. All is let go when
   * {@link LINGER_TICKS} seconds have passed without another call.
   */
  poll(): LiveUpdate {
    const watch = (this.#watch ??= new LiveRecorder(this.#reader, performance.now()));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), LINGER_TICKS * TICK_MS).unref();
    const news = watch.tick(performance.now(), Date.now(), this.#inFlight);
    return { ...news, paths: watch.targets(), totals: this.#totals() };
  }

  /** Lets all go at once. */
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

  #totals(): LiveUpdate['totals'] {
    return {
      requests: this.#ended - this.#opaque,
      failed: this.#failed,
      overridden: this.#overridden,
      inFlight: this.#inFlight,
    };
  }
}
