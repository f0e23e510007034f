import {
  type LatencyMs,
  type LiveExchange,
  type LivePoint,
  type LivePath,
  type LiveTotals,
  type LiveUpdate,
  type LiveWaiting,
} from '../../../telemetry/live/messages';
import { type LiveAbout, type LiveWelcome } from '../messages';

const MAX_POINTS = 300;
const MAX_TAIL = 500;
const MINUTE_MS = 60_000;

/** Sums over the points of the last minute. */
export interface MinuteSums {
  readonly requests: number;
  readonly failed: number;
  readonly overridden: number;
  readonly probes: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The data that the page has received, within fixed limits. A reconnect to the same process continues the data. */
export class LiveRecord {
  about: LiveAbout = { name: '', url: '', target: '', startedAtMs: 0 };
  points: LivePoint[] = [];
  paths: readonly LivePath[] = [];
  /** Oldest first. */
  tail: LiveExchange[] = [];
  waiting: readonly LiveWaiting[] = [];
  totals: LiveTotals = { requests: 0, failed: 0, overridden: 0, inFlight: 0 };
  lastMinute: LatencyMs = { p50: null, p95: null, p99: null };
  /** The number of exchanges that were not listed because too many ended at once. */
  skipped = 0;

  welcome({ about, update }: LiveWelcome): void {
    if (about.startedAtMs !== this.about.startedAtMs) {
      this.points = [];
      this.tail = [];
      this.skipped = 0;
    }
    this.about = about;
    this.paths = [];
    this.add(update);
  }

  add(update: LiveUpdate): void {
    const lastAtMs = this.points.at(-1)?.atMs ?? 0;
    const lastId = this.tail.at(-1)?.id ?? 0;
    this.points = [...this.points, ...update.points.filter(({ atMs }) => atMs > lastAtMs)].slice(-MAX_POINTS);
    this.tail = [...this.tail, ...update.tail.filter(({ id }) => id > lastId)].slice(-MAX_TAIL);
    this.paths = update.paths ?? this.paths;
    this.waiting = update.waiting;
    this.totals = update.totals;
    this.lastMinute = update.lastMinute;
    this.skipped += update.skipped;
  }

  get isEmpty(): boolean {
    return this.tail.length === 0 && this.paths.length === 0 && this.waiting.length === 0;
  }

  minute(): MinuteSums {
    const since = (this.points.at(-1)?.atMs ?? 0) - MINUTE_MS;
    const recent = this.points.filter(({ atMs }) => atMs > since);
    const sum = (of: (point: LivePoint) => number): number => recent.reduce((total, point) => total + of(point), 0);
    return {
      requests: sum(({ requests }) => requests),
      failed: sum(({ failed }) => failed),
      overridden: sum(({ overridden }) => overridden),
      probes: sum(({ probes }) => probes),
      bytesIn: sum(({ bytesIn }) => bytesIn),
      bytesOut: sum(({ bytesOut }) => bytesOut),
    };
  }
}
