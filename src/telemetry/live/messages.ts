/**
 * An update of the live page: all data for a new page, then the changes once a second. Times are milliseconds of the
 * epoch, durations milliseconds. Successful probes are excluded, except from {@link LivePoint.probes} and the tail.
 */
export interface LiveUpdate {
  /** The points, oldest first: one, or all stored points for a new page. */
  readonly points: readonly LivePoint[];
  readonly lastMinute: LatencyMs;
  readonly totals: LiveTotals;
  /** The paths in no order; `undefined` if nothing has changed. */
  readonly paths: readonly LivePath[] | undefined;
  /** Exchanges that have ended, oldest first. */
  readonly tail: readonly LiveExchange[];
  /** The number of ended exchanges that do not fit into {@link LiveUpdate.tail}. */
  readonly skipped: number;
  /** The oldest exchanges that have been in flight for a second or more. */
  readonly waiting: readonly LiveWaiting[];
}

/** The update of one of several workers. Percentiles cannot be merged, so it also has the histograms behind them. */
export interface WorkerUpdate extends LiveUpdate {
  /** The buckets of each histogram, see `LatencyHistogram.toPairs`. */
  readonly distributions: {
    readonly second: readonly number[];
    readonly lastMinute: readonly number[];
    /** By `keyOf` of the path. */
    readonly paths: Readonly<Record<string, readonly number[]>>;
  };
}

/** The key of a row of {@link LiveUpdate.paths}. */
export const keyOf = ({ method, path }: Pick<LivePath, 'method' | 'path'>): string => `${method} ${path}`;

/** Percentiles of the time to the first byte of the final response; `null` if there was none. */
export interface LatencyMs {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** The exchanges that ended in one second, and the number in flight at its end. */
export interface LivePoint {
  /** The end of the second. */
  readonly atMs: number;
  /** The exact length of the second: timers are late. */
  readonly spanMs: number;
  readonly requests: number;
  /**
   * The counts by class of the sent status. The first count is for exchanges without a status, or with one above 599.
   */
  readonly byClass: readonly [none: number, c1: number, c2: number, c3: number, c4: number, c5: number];
  readonly overridden: number;
  /** The number of 5xx responses, and of responses that failed because of the target. */
  readonly failed: number;
  readonly probes: number;
  readonly inFlight: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latency: LatencyMs;
}

/**
 * Totals since the start of the process, also without a viewer. As in the points and paths, successful probes and connections in
 * another protocol do not count.
 */
export interface LiveTotals {
  readonly requests: number;
  readonly failed: number;
  readonly overridden: number;
  readonly inFlight: number;
}

/** One row of the top paths. Requests that differ only in ids and query share a row. */
export interface LivePath {
  readonly method: string;
  readonly path: string;
  /** Recent requests per second: older requests have less weight. */
  readonly rate: number;
  /** Requests since the path was added to the table. */
  readonly hits: number;
  readonly clientErrors: number;
  readonly failed: number;
  readonly overridden: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** One exchange that has ended. */
export interface LiveExchange {
  /** The number of the exchange, ascending and unique within one process. */
  readonly id: number;
  readonly endedAtMs: number;
  readonly client: string;
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  /** The sent status; 0 if none was sent. */
  readonly status: number;
  /** The status of the target; 0 if it sent none. */
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
  /** The sent status; 0 if none has been sent yet. */
  readonly status: number;
  readonly isSwitched: boolean;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
