import { type ExchangeRecord } from '../../tunnel/exchange';
import { MAX_POINTS, MAX_WAITING } from './limits';
import { LatencyHistogram } from './latency-histogram';
import { foldPath, pathOf, shortMethod } from './path-pattern';
import { LiveTail } from './recent-exchanges';
import { TopPaths } from './top-paths';
import {
  type LatencyMs,
  type LivePoint,
  type LivePath,
  type LiveUpdate,
  type LiveWaiting,
  type WorkerUpdate,
} from './messages';

/** The precision of percentiles over all paths: 1.6 %. */
export const PRECISION = 5;
/** The number of histograms for the last minute, each of five seconds; the oldest is reused. */
const SLOTS = 12;
const TICKS_PER_SLOT = 5;
const SHARES = [0.5, 0.95, 0.99];
const MIN_WAITING_MS = 1000;

/** Functions that read an exchange in ways that depend on the configuration. */
export interface LiveReader {
  /** Returns the address of the client. */
  clientOf(exchange: ExchangeRecord): string;
}

/** Facts about the end of an exchange that its record does not contain. */
interface Ending {
  /** The number of the exchange among all that have ended. */
  readonly id: number;
  readonly endedAtEpochMs: number;
  /** Whether it is a successful probe of the kubelet, which is counted apart. */
  readonly isQuietProbe: boolean;
}

/** The bytes of an exchange in flight that have been counted already. */
interface Charted {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The counts of the current second, a part of {@link LivePoint}. */
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

/**
 * Records the data for viewers; it exists only while there are any. Its memory is bounded, except for one entry per
 * exchange in flight.
 */
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
  #lastSecond: readonly number[] = [];
  #ticks = 0;
  #tickedAtMs: number;
  #counts = noCounts();

  /** @param nowMs the monotonic clock that exchanges use, here and below */
  constructor(reader: LiveReader, nowMs: number) {
    this.#reader = reader;
    this.#tickedAtMs = nowMs;
  }

  begin(exchange: ExchangeRecord): void {
    this.#open.set(exchange, NOTHING);
  }

  end(exchange: ExchangeRecord, { id, endedAtEpochMs, isQuietProbe: isProbe }: Ending): void {
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
      path,
      firstByteMs,
      isProbe,
      exchange,
    });
  }

  /** Ends a second and returns the changes since the last one. */
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
      paths,
      tail: entries,
      skipped,
      waiting: this.#waiting(nowMs),
    };
  }

  /** Returns all data for a page that has just connected. */
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

  /** Returns the paths, whether they have changed or not. */
  paths(): readonly LivePath[] {
    return this.#topPaths.all();
  }

  /** The histograms of the last second, the last minute and each path. */
  distributions(): WorkerUpdate['distributions'] {
    return {
      second: this.#lastSecond,
      lastMinute: this.#minute.toPairs(),
      paths: this.#topPaths.distributions(),
    };
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
   * Counts the bytes of an exchange. They are counted when they are transferred, not when the exchange ends, so that a
   * download of an hour causes no peak at its end. For an exchange that began before this recorder, the bytes since
   * then are unknown, so it is not counted; opaque connections are not counted either.
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
    this.#lastSecond = this.#second.toPairs();
    this.#second.clear();
    this.#minute.clear();
    for (const slot of this.#slots) this.#minute.add(slot);
    this.#lastMinute = latencyOf(this.#minute);
    this.#tickedAtMs = nowMs;
    this.#ticks++;
    if (this.#ticks % TICKS_PER_SLOT === 0) this.#slots[this.#slot]?.clear();
    return point;
  }

  /** Lists the oldest exchanges in flight. A map keeps the order in which they were opened. */
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

/** Whether an exchange failed: a 5xx, or a response that failed because of the target. */
export function hasFailed({ sentStatus, termination }: ExchangeRecord): boolean {
  return (sentStatus >= 500 && sentStatus < 600) || (termination?.startsWith('target-') ?? false);
}

function noCounts(): Counts {
  return { requests: 0, byClass: [0, 0, 0, 0, 0, 0], overridden: 0, failed: 0, probes: 0, bytesIn: 0, bytesOut: 0 };
}

export function latencyOf(histogram: LatencyHistogram): LatencyMs {
  const [p50 = null, p95 = null, p99 = null] = histogram.percentiles(SHARES);
  return { p50, p95, p99 };
}
