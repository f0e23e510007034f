import { type Watching } from './live-feed';
import { LINGER_TICKS, MAX_POINTS, MAX_TAIL, TICK_MS } from './limits';
import { type LiveExchange, type LivePoint, type LiveUpdate, type WorkerUpdate } from './messages';
import { sumUpdates } from './merge';

/** Asks every process for the changes since the last call; processes that do not answer in time are left out. */
type Poll = () => Promise<readonly WorkerUpdate[]>;

/**
 * Merges the live data of several processes. While there is a viewer, and {@link LINGER_TICKS} seconds longer, it polls
 * the processes once a second and keeps the result for further viewers; otherwise it is idle.
 */
export class LiveSum {
  readonly #poll: Poll;
  readonly #viewers = new Set<(update: LiveUpdate) => void>();
  #points: LivePoint[] = [];
  #tail: LiveExchange[] = [];
  #last = sumUpdates([], 0);
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;
  #idleTicks = 0;

  constructor(poll: Poll) {
    this.#poll = poll;
  }

  /** Calls `onUpdate` once a second with the changes, until the subscription is stopped. */
  watch(onUpdate: (update: LiveUpdate) => void): Watching {
    this.#timer ??= setInterval(() => void this.#tick(), TICK_MS).unref();
    this.#viewers.add(onUpdate);
    this.#idleTicks = 0;
    return {
      whole: () => ({ ...this.#last, points: this.#points, tail: this.#tail, skipped: 0 }),
      stop: () => void this.#viewers.delete(onUpdate),
    };
  }

  /** Releases all data at once. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#viewers.clear();
    this.#points = [];
    this.#tail = [];
    this.#last = sumUpdates([], 0);
  }

  async #tick(): Promise<void> {
    if (this.#viewers.size === 0 && ++this.#idleTicks > LINGER_TICKS) {
      this.close();
      return;
    }
    const sum = sumUpdates(await this.#poll(), Date.now());
    // The feed may have been closed meanwhile.
    if (this.#timer === undefined) return;
    // Every process numbers its own exchanges, but a page needs unique numbers.
    const update = { ...sum, tail: sum.tail.map((exchange) => ({ ...exchange, id: ++this.#lastId })) };
    this.#points = [...this.#points, ...update.points].slice(-MAX_POINTS);
    this.#tail = [...this.#tail, ...update.tail].slice(-MAX_TAIL);
    this.#last = update;
    for (const tell of this.#viewers) tell(update);
  }
}
