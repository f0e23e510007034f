import { type ExchangeRecord } from '../../tunnel/exchange';
import { MAX_POINTS, MAX_WAITING } from './limits';
import { LatencyHistogram } from './latency-histogram';
import { foldPath, pathOf, shortMethod } from './path-pattern';
import { LiveTail } from './recent-exchanges';
import { TopPaths } from './top-paths';
import { type LatencyMs, type LivePoint, type LivePath, type LiveUpdate, type LiveWaiting } from './messages';

/** Percentiles over all targets are right to 1.6 %. */
const PRECISION = 5;
/** The last minute is twelve histograms of five seconds, the oldest of which is used again. */
const SLOTS = 12;
const TICKS_PER_SLOT = 5;
const SHARES = [0.5, 0.95, 0.99];
const MIN_WAITING_MS = 1000;

/** What the watch must be told of an exchange, because it is read from fields of the request head in ways that are configured. */
export interface LiveReader {
  /** The address that the exchange is said to come from. */
  clientOf(exchange: ExchangeRecord): string;
  /** Whether the exchange is a probe that went well, which is of no interest. */
  isQuietProbe(exchange: ExchangeRecord): boolean;
}

/** What has moved of an exchange that is in flight and has been charted. */
interface Charted {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The part of a {@link LivePoint} that is counted while its second lasts. */
interface Counts {
  requests: number;
  byClass: [none: number, c1: number, c2: number, c3: number, c4: number, c5: number];
  overridden: number;
  failed: number;
  probes: number;
  bytesIn: number;
  bytesOut: number;
}

const NOTHING: Charted = { bytesIn: 0, bytesOut: 0 };

/** All that is counted while somebody watches, and is let go when nobody does. Bounded, but for one entry per exchange in flight. */
export class LiveRecorder {
  readonly #reader: LiveReader;
  readonly #open = new Map<ExchangeRecord, Charted>();
  readonly #points: LivePoint[] = [];
  readonly #topPaths = new TopPaths();
  readonly #tail = new LiveTail();
  readonly #second = new LatencyHistogram(PRECISION);
  readonly #slots = Array.from({ length: SLOTS }, () => new LatencyHistogram(PRECISION));
  readonly #minute = new LatencyHistogram(PRECISION);
  #lastMinute: LatencyMs = { p50: null, p95: null, p99: null };
  #ticks = 0;
  #tickedAtMs: number;
  #counts = noCounts();

  /** `nowMs` here and below: the monotonic clock that exchanges are timed by. */
  constructor(reader: LiveReader, nowMs: number) {
    this.#reader = reader;
    this.#tickedAtMs = nowMs;
  }

  begin(exchange: ExchangeRecord): void {
    this.#open.set(exchange, NOTHING);
  }

  /** `id`: its number among all that have ended. */
  end(exchange: ExchangeRecord, id: number, endedAtEpochMs: number): void {
    const isProbe = this.#reader.isQuietProbe(exchange);
    if (!isProbe) this.#countBytes(exchange);
    this.#open.delete(exchange);
    const path = pathOf(exchange.requestTarget);
    const firstByteMs = exchange.firstByteAtMs === 0 ? null : exchange.firstByteAtMs - exchange.startedAtMs;
    if (isProbe) this.#counts.probes++;
    else if (exchange.start.kind !== 'opaque') this.#count(exchange, path, firstByteMs);
    this.#tail.add({
      id,
      endedAtMs: endedAtEpochMs,
      client: this.#reader.clientOf(exchange),
      path: path,
      firstByteMs,
      isProbe,
      exchange,
    });
  }

  /** Ends a second: what is new since the last one. */
  tick(nowMs: number, epochMs: number, inFlight: number): Omit<LiveUpdate, 'totals'> {
    for (const exchange of this.#open.keys()) this.#open.set(exchange, this.#countFlowing(exchange));
    const point = this.#endPoint(nowMs, epochMs, inFlight);
    this.#points.push(point);
    if (this.#points.length > MAX_POINTS) this.#points.shift();
    this.#topPaths.age(point.spanMs);
    const { entries, skipped } = this.#tail.takeNew();
    const paths = this.#topPaths.changes();
    return {
      points: [point],
      lastMinute: this.#lastMinute,
      paths: paths,
      tail: entries,
      skipped,
      waiting: this.#waiting(nowMs),
    };
  }

  /** All that a page needs which begins to watch now. */
  whole(nowMs: number): Omit<LiveUpdate, 'totals'> {
    return {
      points: [...this.#points],
      lastMinute: this.#lastMinute,
      paths: this.#topPaths.all(),
      tail: this.#tail.taken(),
      skipped: 0,
      waiting: this.#waiting(nowMs),
    };
  }

  /** The targets, whether they have changed or not. */
  targets(): readonly LivePath[] {
    return this.#topPaths.all();
  }

  #count(exchange: ExchangeRecord, path: string, firstByteMs: number | null): void {
    const { sentStatus, isOverridden } = exchange;
    const isFailed = hasFailed(exchange);
    const counts = this.#counts;
    const statusClass = sentStatus < 600 ? Math.floor(sentStatus / 100) : 0;
    counts.requests++;
    counts.byClass[statusClass] = (counts.byClass[statusClass] ?? 0) + 1;
    if (isOverridden) counts.overridden++;
    if (isFailed) counts.failed++;
    if (firstByteMs !== null) {
      this.#second.record(firstByteMs);
      this.#slots[this.#slot]?.record(firstByteMs);
    }
    this.#topPaths.hit({
      method: shortMethod(exchange.method),
      path: foldPath(path),
      status: sentStatus,
      isFailed,
      isOverridden,
      firstByteMs,
    });
  }

  /**
   * What an exchange moves is charted when it moves, not when it ends: a download of an hour is no spike at its end. So that
   * of one which began before the watch only what moves later may count, and it is not known; nor of opaque connections.
   */
  #countBytes(exchange: ExchangeRecord): void {
    if (this.#open.has(exchange)) this.#countFlowing(exchange);
    else if (exchange.start.kind === 'refused') this.#countBytesSince(exchange, NOTHING);
  }

  #countFlowing(exchange: ExchangeRecord): Charted {
    this.#countBytesSince(exchange, this.#open.get(exchange) ?? NOTHING);
    return { bytesIn: exchange.requestBytes, bytesOut: exchange.responseBytes };
  }

  #countBytesSince({ requestBytes, responseBytes }: ExchangeRecord, charted: Charted): void {
    this.#counts.bytesIn += requestBytes - charted.bytesIn;
    this.#counts.bytesOut += responseBytes - charted.bytesOut;
  }

  get #slot(): number {
    return Math.floor(this.#ticks / TICKS_PER_SLOT) % SLOTS;
  }

  #endPoint(nowMs: number, epochMs: number, inFlight: number): LivePoint {
    const latency = latencyOf(this.#second);
    const point = { ...this.#counts, atMs: epochMs, spanMs: Math.max(nowMs - this.#tickedAtMs, 1), inFlight, latency };
    this.#counts = noCounts();
    this.#second.clear();
    this.#minute.clear();
    for (const slot of this.#slots) this.#minute.add(slot);
    this.#lastMinute = latencyOf(this.#minute);
    this.#tickedAtMs = nowMs;
    this.#ticks++;
    if (this.#ticks % TICKS_PER_SLOT === 0) this.#slots[this.#slot]?.clear();
    return point;
  }

  /** A map keeps the order in which exchanges were opened. */
  #waiting(nowMs: number): LiveWaiting[] {
    const waiting: LiveWaiting[] = [];
    for (const exchange of this.#open.keys()) {
      const ageMs = nowMs - exchange.startedAtMs;
      if (ageMs < MIN_WAITING_MS || waiting.length === MAX_WAITING) break;
      waiting.push({
        method: shortMethod(exchange.method),
        path: pathOf(exchange.requestTarget),
        ageMs,
        status: exchange.sentStatus,
        isSwitched: exchange.isSwitched,
        bytesIn: exchange.requestBytes,
        bytesOut: exchange.responseBytes,
      });
    }
    return waiting;
  }
}

/** A 5xx, or an answer that was cut short through the target's fault. */
export function hasFailed({ sentStatus, termination }: ExchangeRecord): boolean {
  return (sentStatus >= 500 && sentStatus < 600) || (termination?.startsWith('target-') ?? false);
}

function noCounts(): Counts {
  return { requests: 0, byClass: [0, 0, 0, 0, 0, 0], overridden: 0, failed: 0, probes: 0, bytesIn: 0, bytesOut: 0 };
}

function latencyOf(histogram: LatencyHistogram): LatencyMs {
  const [p50 = null, p95 = null, p99 = null] = histogram.percentiles(SHARES);
  return { p50, p95, p99 };
}
