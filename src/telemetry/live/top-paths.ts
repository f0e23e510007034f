import { LatencyHistogram } from './latency-histogram';
import { type LivePath } from './messages';

/** How many different targets are told apart. A page shows a few dozen; the more are counted, the truer those are. */
const CAPACITY = 200;
/** After so long a request counts half in what makes a target one of the top. */
const HALF_LIFE_MS = 30_000;
const DECAY_PER_MS = Math.LN2 / HALF_LIFE_MS;
/** Percentiles of a single target are right to 6.3 %. */
const PRECISION = 3;

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
  /** What its weight took over from the row that had to give way: the most by which it is too high. */
  inherited: number;
  /** Whether `counts` lacks the percentiles of a hit. */
  isStale: boolean;
}

/**
 * The request targets that are asked for most, of late: the space-saving algorithm (Metwally, Agrawal, El Abbadi 2005) over weights
 * that fade. A target that is new in a full table takes the place and the weight of the lightest, so that any target with more than
 * 1/200 of the weight is in it, and a scanner with a thousand paths can push out nothing that matters. Memory: 200 rows, 0.3 MiB.
 */
export class TopPaths {
  readonly #rows: Row[] = [];
  readonly #weights = new Float64Array(CAPACITY);
  readonly #index = new Map<string, number>();
  #ageMs = 0;
  #isChanged = false;

  hit(hit: PathHit): void {
    const key = `${hit.method} ${hit.path}`;
    const at = this.#index.get(key) ?? this.#place(key, hit);
    const row = this.#rows[at];
    if (row === undefined) return;
    this.#weights[at] = (this.#weights[at] ?? 0) + 1;
    count(row.counts, hit);
    if (hit.firstByteMs !== null) row.latency.record(hit.firstByteMs);
    row.isStale = true;
    this.#isChanged = true;
  }

  /** Lets `ms` go by. */
  age(ms: number): void {
    this.#ageMs += ms;
    const factor = Math.exp(-DECAY_PER_MS * ms);
    for (const [at, row] of this.#rows.entries()) {
      this.#weights[at] = (this.#weights[at] ?? 0) * factor;
      row.inherited *= factor;
      row.latency.fade(factor);
    }
  }

  /** All rows, in no order; `undefined` while nothing was hit since the last call and no rate is worth telling. */
  changes(): LivePath[] | undefined {
    if (!this.#isChanged) return undefined;
    const rows = this.all();
    this.#isChanged = rows.some(({ rate }) => rate > 0);
    return rows;
  }

  all(): LivePath[] {
    // A weight is the integral of a rate that fades; while the table is young it has not seen all of that.
    const perSecond = (1000 * DECAY_PER_MS) / (1 - Math.exp(-DECAY_PER_MS * Math.max(this.#ageMs, 1)));
    return this.#rows.map((row, at) => {
      const rate = ((this.#weights[at] ?? 0) - row.inherited) * perSecond;
      row.counts.rate = Math.round(rate * 100) / 100;
      if (row.isStale) [row.counts.p50Ms = null, row.counts.p95Ms = null] = row.latency.percentiles([0.5, 0.95]);
      row.isStale = false;
      return { ...row.counts };
    });
  }

  /** The place of a target that is not in the table yet. */
  #place(key: string, { method, path: target }: PathHit): number {
    const at = this.#rows.length < CAPACITY ? this.#rows.length : this.#lightest();
    const old = this.#rows[at];
    if (old !== undefined) this.#index.delete(old.key);
    old?.latency.clear();
    this.#rows[at] = {
      key,
      counts: {
        method,
        path: target,
        rate: 0,
        hits: 0,
        clientErrors: 0,
        failed: 0,
        overridden: 0,
        p50Ms: null,
        p95Ms: null,
      },
      latency: old?.latency ?? new LatencyHistogram(PRECISION),
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
