import { type ExchangeRecord } from '../../tunnel/exchange';
import { type Termination } from '../../tunnel/termination';
import { Histogram } from './histogram';
import { isProbe } from '../request-fields';

/** The buckets that OpenTelemetry recommends for `http.server.request.duration`, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;
/** Own buckets: the target is on the same host, so connecting normally takes microseconds. */
const CONNECT_SECONDS = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;
/** Own buckets, because OpenTelemetry recommends none: 256 B to 256 MiB, each four times the previous one. */
const BYTES = Array.from({ length: 11 }, (_, n) => 256 * 4 ** n);

/**
 * The methods that OpenTelemetry knows. Every other method is counted as `_OTHER`; otherwise a client could create any
 * number of series.
 */
const METHODS = ['_OTHER', 'CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];
const METHOD_NUMBERS: ReadonlyMap<string, number> = new Map(METHODS.map((method, number) => [method, number]));

/**
 * The maximum number of series; further combinations of labels share one. A target may send any three digits as a
 * status.
 */
const MAX_SERIES = 100;
const OVERFLOW = -1;

/**
 * The terminations that are failures of the ambassador or the target. Every other termination has the number 0: `ok`,
 * and those that the client caused.
 */
const FAILURES: readonly Termination[] = [
  ...(['ok', 'drained', 'idle-timeout', 'target-refused', 'target-unreachable', 'connect-timeout'] as const),
  ...(['response-timeout', 'target-reset', 'target-closed', 'target-malformed', 'target-truncated'] as const),
  ...(['target-stalled', 'memory-exhausted'] as const),
];
const FAILURE_NUMBERS: ReadonlyMap<Termination, number> = new Map(FAILURES.map((failure, number) => [failure, number]));

export interface SeriesLabels {
  readonly method: string;
  /** The sent status; 0 if none was sent. */
  readonly status: number;
  readonly isOverridden: boolean;
  /** The failure of the ambassador or the target, or `ok`. */
  readonly failure: Termination;
}

/** The requests with the same labels; without labels, the requests beyond the maximum number of series. */
export interface Series {
  readonly labels: SeriesLabels | undefined;
  readonly seconds: Histogram;
  readonly requestBytes: Histogram;
  readonly responseBytes: Histogram;
}

/** The kind of traffic that a connection carried. */
export type Carried = 'http' | 'switched' | 'h2' | 'tls';

export interface Traffic {
  exchanges: number;
  seconds: number;
  receivedBytes: number;
  sentBytes: number;
}

/**
 * Counts exchanges as plain numbers; names, sums and texts are created only when the metrics are read. A request that
 * switches protocols is counted either as a request or as a switched connection in flight, never as both. Probes are
 * counted only as probes.
 */
export class ExchangeCounters {
  readonly #series = new Map<number, Series>();
  #last: Series | undefined;
  #inFlight = 0;
  /**
   * The switched exchanges in flight. They are few and read rarely, and a set stays correct if the tunnel changes its
   * decision.
   */
  readonly #switched = new Set<ExchangeRecord>();
  readonly traffic: Readonly<Record<Carried, Traffic>> = {
    http: noTraffic(),
    switched: noTraffic(),
    h2: noTraffic(),
    tls: noTraffic(),
  };
  readonly terminations = new Map<Termination, number>();
  #ok = 0;
  overridden = 0;
  discardedTrailers = 0;
  /** Counts by the status of the target's response. */
  readonly targetResponses = new Float64Array(1000);
  /** Counts by the sent status. */
  readonly probes = new Float64Array(1000);
  readonly firstByteSeconds = new Histogram(SECONDS);
  readonly connectSeconds = new Histogram(CONNECT_SECONDS);

  onRequest(): void {
    this.#inFlight++;
  }

  onResponse(exchange: ExchangeRecord): void {
    const status = exchange.targetStatus;
    if (status !== 101 && (status >= 300 || exchange.method !== 'CONNECT')) return;
    this.#switched.add(exchange);
    this.#inFlight--;
  }

  /** @param isOfProbe can be passed if it is known already */
  onEnd(exchange: ExchangeRecord, isOfProbe = isProbe(exchange)): void {
    const { kind } = exchange.start;
    if (kind === 'request' && !this.#switched.delete(exchange)) this.#inFlight--;
    if (isOfProbe) {
      bump(this.probes, exchange.sentStatus);
      return;
    }
    const carried =
      exchange.start.kind === 'opaque' ? exchange.start.protocol : exchange.isSwitched ? 'switched' : 'http';
    count(this.traffic[carried], exchange);
    this.#countTermination(exchange.termination ?? 'ok');
    if (exchange.isOverridden) this.overridden++;
    this.discardedTrailers += exchange.discardedTrailers;
    if (exchange.connectMs > 0) this.connectSeconds.observe(exchange.connectMs / 1000);
    const { targetStatus } = exchange;
    if (targetStatus !== 0) bump(this.targetResponses, targetStatus);
    if (carried === 'http') this.#countRequest(exchange);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get switchedOpen(): number {
    return this.#switched.size;
  }

  get ok(): number {
    return this.#ok;
  }

  get series(): Iterable<Series> {
    return this.#series.values();
  }

  #countTermination(termination: Termination): void {
    if (termination === 'ok') this.#ok++;
    else this.terminations.set(termination, (this.terminations.get(termination) ?? 0) + 1);
  }

  #countRequest(exchange: ExchangeRecord): void {
    const series = this.#seriesOf(exchange);
    series.seconds.observe((exchange.endedAtMs - exchange.startedAtMs) / 1000);
    series.requestBytes.observe(exchange.requestContentBytes);
    series.responseBytes.observe(exchange.responseContentBytes);
    if (exchange.firstByteAtMs !== 0) {
      this.firstByteSeconds.observe((exchange.firstByteAtMs - exchange.startedAtMs) / 1000);
    }
  }

  #seriesOf(exchange: ExchangeRecord): Series {
    const last = this.#last;
    if (last?.labels !== undefined && fits(last.labels, exchange)) return last;
    const method = METHOD_NUMBERS.get(exchange.method) ?? 0;
    const failure = FAILURE_NUMBERS.get(exchange.termination ?? 'ok') ?? 0;
    const key = ((method * 1000 + exchange.sentStatus) * 2 + (exchange.isOverridden ? 1 : 0)) * 16 + failure;
    return (this.#last = this.#series.get(key) ?? this.#open(key, exchange, failure));
  }

  #open(key: number, exchange: ExchangeRecord, failure: number): Series {
    if (this.#series.size >= MAX_SERIES) {
      const overflow = this.#series.get(OVERFLOW) ?? newSeries(undefined);
      this.#series.set(OVERFLOW, overflow);
      return overflow;
    }
    const series = newSeries({
      method: METHOD_NUMBERS.has(exchange.method) ? exchange.method : '_OTHER',
      status: exchange.sentStatus,
      isOverridden: exchange.isOverridden,
      failure: FAILURES[failure] ?? 'ok',
    });
    this.#series.set(key, series);
    return series;
  }
}

/**
 * Whether an exchange has the same labels as the previous one, as most do. This shortcut may return false for equal
 * labels.
 */
const fits = ({ method, status, isOverridden, failure }: SeriesLabels, exchange: ExchangeRecord): boolean =>
  method === exchange.method &&
  status === exchange.sentStatus &&
  isOverridden === exchange.isOverridden &&
  failure === exchange.termination;

const noTraffic = (): Traffic => ({ exchanges: 0, seconds: 0, receivedBytes: 0, sentBytes: 0 });

const newSeries = (labels: SeriesLabels | undefined): Series => ({
  labels,
  seconds: new Histogram(SECONDS),
  requestBytes: new Histogram(BYTES),
  responseBytes: new Histogram(BYTES),
});

function bump(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

function count(traffic: Traffic, exchange: ExchangeRecord): void {
  traffic.exchanges++;
  traffic.seconds += (exchange.endedAtMs - exchange.startedAtMs) / 1000;
  traffic.receivedBytes += exchange.requestBytes;
  traffic.sentBytes += exchange.responseBytes;
}
