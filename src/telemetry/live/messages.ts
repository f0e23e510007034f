/**
 * What the live page is told: everything once when it connects, then what is new, once a second. Moments are milliseconds of the
 * epoch, durations milliseconds. Probes that went well are apart: only {@link LivePoint.probes} and the tail know of them.
 */
export interface LiveUpdate {
  /** Oldest first. One, or all that are kept for a page that has just connected. */
  readonly points: readonly LivePoint[];
  readonly lastMinute: LatencyMs;
  readonly totals: LiveTotals;
  /** `undefined` where nothing has changed. In no order. */
  readonly paths: readonly LivePath[] | undefined;
  /** Exchanges that have ended, oldest first. */
  readonly tail: readonly LiveExchange[];
  /** How many more have ended than fit into {@link LiveUpdate.tail}. */
  readonly skipped: number;
  /** Exchanges that have been in flight for a second and more, the oldest first; a few of them. */
  readonly waiting: readonly LiveWaiting[];
}

/** Percentiles of the time to the first byte of the final response; `null` where there was none. */
export interface LatencyMs {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What ended in one second, and what was in flight when it was over. */
export interface LivePoint {
  /** The end of the second. */
  readonly atMs: number;
  /** How long the second was: timers are late. */
  readonly spanMs: number;
  readonly requests: number;
  /** By the class of the status that was sent; the first is those that were sent none, or one above 599. */
  readonly byClass: readonly [none: number, c1: number, c2: number, c3: number, c4: number, c5: number];
  readonly overridden: number;
  /** A 5xx, or cut short through the target's fault. */
  readonly failed: number;
  readonly probes: number;
  readonly inFlight: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latency: LatencyMs;
}

/** Since the process started, whether somebody watched or not; probes included. */
export interface LiveTotals {
  readonly requests: number;
  readonly failed: number;
  readonly overridden: number;
  readonly inFlight: number;
}

/** One row of the top request targets: what is like it, ids and query apart, is counted together. */
export interface LivePath {
  readonly method: string;
  readonly path: string;
  /** Requests a second of late: the older a request, the less it counts. */
  readonly rate: number;
  /** Requests since it came into the table. */
  readonly hits: number;
  readonly clientErrors: number;
  readonly failed: number;
  readonly overridden: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** One exchange that has ended. */
export interface LiveExchange {
  /** Grows by the exchange, and is never given twice by one process. */
  readonly id: number;
  readonly endedAtMs: number;
  readonly client: string;
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  /** As it was sent; 0 where none was. */
  readonly status: number;
  /** As the target answered; 0 where it did not. */
  readonly targetStatus: number;
  readonly isOverridden: boolean;
  readonly isProbe: boolean;
  readonly isSwitched: boolean;
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly termination: string;
}

/** One exchange that has not ended. */
export interface LiveWaiting {
  readonly method: string;
  readonly path: string;
  readonly ageMs: number;
  /** As it was sent; 0 where none has been yet. */
  readonly status: number;
  readonly isSwitched: boolean;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
