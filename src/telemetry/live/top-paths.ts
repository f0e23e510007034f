import { LatencyHistogram } from './latency-histogram';
import { type LivePath, keyOf } from './messages';

/** The number of rows. A page shows a few dozen; more rows make these more accurate. */
const CAPACITY = 200;
/** The time after which the weight of a request has fallen to half. */
const HALF_LIFE_MS = 30_000;
const DECAY_PER_MS = Math.LN2 / HALF_LIFE_MS;
/** The precision of percentiles of a single path: 6.3 %. */
export const PATH_PRECISION = 3;

export interface PathHit {
  readonly method: string;
  /** Folded: see `foldPath`. */
  readonly path: string;
  readonly status: number;
  readonly isFailed: boolean;
  readonly isOverridden: boolean;
  readonly firstByteMs: number | null;
}

interface Row {
  readonly key: string;
  readonly counts: { -readonly [Name in keyof LivePath]: LivePath[Name] };
  readonly latency: LatencyHistogram;
  /** The weight inherited from the replaced row: the maximum by which the weight is too high. */
  inherited: number;
  /** Whether `counts` lacks the percentiles of a hit. */
  isStale: boolean;
}

/**
 * The most requested paths of recent time, by the space-saving algorithm (Metwally, Agrawal, El Abbadi 2005) over
 * decaying weights. A new path in a full table takes the slot and the weight of the row with the lowest weight. Every
 * path with more than 1/200 of the total weight is therefore in the table, and a scanner with a thousand paths cannot
 * displace the important rows. Memory: 200 rows, 0.3 MiB.
 */
export class TopPaths {
  readonly #rows: Row[] = [];
  readonly #weights = new Float64Array(CAPACITY);
  readonly #index = new Map<string, number>();
  #ageMs = 0;
  #isChanged = false;

  hit(hit: PathHit): void {
    const key = keyOf(hit);
    const at = this.#index.get(key) ?? this.#place(key, hit);
    const row = this.#rows[at];
    if (row === undefined) return;
    this.#weights[at] = (this.#weights[at] ?? 0) + 1;
    count(row.counts, hit);
    if (hit.firstByteMs !== null) row.latency.record(hit.firstByteMs);
    row.isStale = true;
    this.#isChanged = true;
  }

  /** Decays all weights by the elapsed time. */
  age(ms: number): void {
    this.#ageMs += ms;
    const factor = Math.exp(-DECAY_PER_MS * ms);
    for (const [at, row] of this.#rows.entries()) {
      this.#weights[at] = (this.#weights[at] ?? 0) * factor;
      row.inherited *= factor;
      row.latency.fade(factor);
    }
  }

  /** Returns all rows, in no order; `undefined` if there was no hit since the last call and all rates are zero. */
  changes(): LivePath[] | undefined {
    if (!this.#isChanged) return undefined;
    const rows = this.all();
    this.#isChanged = rows.some(({ rate }) => rate > 0);
    return rows;
  }

  /** The histogram of each path, by its key. */
  distributions(): Record<string, readonly number[]> {
    return Object.fromEntries(this.#rows.map(({ key, latency }) => [key, latency.toPairs()]));
  }

  all(): LivePath[] {
    // A weight is the integral of a decaying rate. A young table has observed only a part of that time.
    const perSecond = (1000 * DECAY_PER_MS) / (1 - Math.exp(-DECAY_PER_MS * Math.max(this.#ageMs, 1)));
    return this.#rows.map((row, at) => {
      const rate = ((this.#weights[at] ?? 0) - row.inherited) * perSecond;
      row.counts.rate = Math.round(rate * 100) / 100;
      if (row.isStale) [row.counts.p50Ms = null, row.counts.p95Ms = null] = row.latency.percentiles([0.5, 0.95]);
      row.isStale = false;
      return { ...row.counts };
    });
  }

  /** Finds a slot for a path that is not in the table yet. */
  #place(key: string, { method, path }: PathHit): number {
    const at = this.#rows.length < CAPACITY ? this.#rows.length : this.#lightest();
    const old = this.#rows[at];
    if (old !== undefined) this.#index.delete(old.key);
    old?.latency.clear();
    this.#rows[at] = {
      key,
      counts: {
        method,
        path,
        rate: 0,
        hits: 0,
        clientErrors: 0,
        failed: 0,
        overridden: 0,
        p50Ms: null,
        p95Ms: null,
      },
      latency: old?.latency ?? new LatencyHistogram(PATH_PRECISION),
      inherited: old === undefined ? 0 : (this.#weights[at] ?? 0),
      isStale: false,
    };
    this.#index.set(key, at);
    return at;
  }

  #lightest(): number {
    let lightest = 0;
    for (let at = 1; at < CAPACITY; at++) {
      if ((this.#weights[at] ?? 0) < (this.#weights[lightest] ?? 0)) lightest = at;
    }
    return lightest;
  }
}

function count(counts: Row['counts'], { status, isFailed, isOverridden }: PathHit): void {
  counts.hits++;
  if (status >= 400 && status < 500) counts.clientErrors++;
  if (isFailed) counts.failed++;
  if (isOverridden) counts.overridden++;
}
