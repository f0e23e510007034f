import { type Histogram } from './histogram';
import { type ExchangeCounters, type Series, type SeriesLabels, type Traffic } from './exchange-counters';
import {
  type Attributes,
  counter,
  type MetricFamily,
  updown,
  histogram,
  type HistogramPoint,
  type NumberPoint,
  onePoint,
} from './metric-family';

const FIRST_SERVER_ERROR = 500;

/**
 * Creates the metrics of {@link ExchangeCounters}, with the names of OpenTelemetry's HTTP conventions where they exist.
 */
export function exchangeFamilies(counters: ExchangeCounters): readonly MetricFamily[] {
  return [...requestFamilies(counters), ...answerFamilies(counters), ...trafficFamilies(counters.traffic)];
}

function requestFamilies(counters: ExchangeCounters): readonly MetricFamily[] {
  const series = Array.from(counters.series);
  const points = (of: (one: Series) => Histogram): readonly HistogramPoint[] =>
    series.map((one) => histogramPoint(of(one), attributesOf(one.labels)));
  return [
    histogram(
      'http.server.request.duration',
      's',
      'Time from the whole request head to the end of the response. Excludes probes and switched protocols.',
      points(({ seconds }) => seconds),
    ),
    histogram(
      'http.server.request.body.size',
      'By',
      'Size of request content, without transfer coding.',
      points(({ requestBytes }) => requestBytes),
    ),
    histogram(
      'http.server.response.body.size',
      'By',
      'Size of response content as sent to clients, without transfer coding.',
      points(({ responseBytes }) => responseBytes),
    ),
    updown(
      'ambassador.switched.open',
      '{connection}',
      'Open connections that have switched to another protocol, such as WebSocket.',
      onePoint(counters.switchedOpen),
    ),
    updown(
      'http.server.active_requests',
      '{request}',
      'Requests in flight, including probes, excluding switched protocols.',
      onePoint(counters.inFlight),
    ),
  ];
}

function answerFamilies(counters: ExchangeCounters): readonly MetricFamily[] {
  return [
    histogram(
      'ambassador.response.first_byte.duration',
      's',
      'Time from the whole request head to the first byte of the final response.',
      [histogramPoint(counters.firstByteSeconds, {})],
    ),
    histogram('ambassador.target.connect.duration', 's', 'Time to connect to the target, including retries.', [
      histogramPoint(counters.connectSeconds, {}),
    ]),
    counter(
      'ambassador.overrides',
      '{response}',
      'Responses of the target that were replaced by a page.',
      onePoint(counters.overridden),
    ),
    counter(
      'ambassador.request.discarded_trailers',
      '{field}',
      'Trailer fields of requests that were not forwarded to the target.',
      onePoint(counters.discardedTrailers),
    ),
    counter(
      'ambassador.target.responses',
      '{response}',
      'Final responses of the target by its status, before overrides.',
      byStatus(counters.targetResponses),
    ),
    counter('ambassador.terminations', '{exchange}', 'Exchanges by the way they ended.', terminationPoints(counters)),
    counter(
      'ambassador.probes',
      '{request}',
      'Probe requests of the kubelet by the status that was sent. Other metrics exclude them.',
      byStatus(counters.probes),
    ),
  ];
}

const terminationPoints = ({ ok, terminations }: ExchangeCounters): readonly NumberPoint[] =>
  [['ok', ok] as const, ...terminations].map(([termination, value]) => ({ attributes: { termination }, value }));

function trafficFamilies(traffic: ExchangeCounters['traffic']): readonly MetricFamily[] {
  const points = (of: (one: Traffic) => number, ...without: string[]): readonly NumberPoint[] =>
    Object.entries(traffic)
      .filter(([carried]) => !without.includes(carried))
      .map(([carried, one]) => ({ attributes: { carried }, value: of(one) }));
  return [
    counter(
      'ambassador.opaque.connections',
      '{connection}',
      'Closed connections whose bytes were forwarded without parsing: HTTP/2, TLS, or after a switch of protocols.',
      points(({ exchanges }) => exchanges, 'http'),
    ),
    counter(
      'ambassador.opaque.duration',
      's',
      'Total time that these connections were open.',
      points(({ seconds }) => seconds, 'http'),
    ),
    counter(
      'ambassador.received',
      'By',
      'Bytes from clients, including heads, counted when an exchange ends.',
      points(({ receivedBytes }) => receivedBytes),
    ),
    counter(
      'ambassador.sent',
      'By',
      'Bytes to clients, including heads, counted when an exchange ends.',
      points(({ sentBytes }) => sentBytes),
    ),
  ];
}

/**
 * Creates the attributes of a series. `error.type` is the failure, or the status itself for a server error of the
 * target.
 */
function attributesOf(labels: SeriesLabels | undefined): Attributes {
  if (labels === undefined) return { 'otel.metric.overflow': true };
  const { method, status, isOverridden, failure } = labels;
  const error = failure !== 'ok' ? failure : status >= FIRST_SERVER_ERROR ? `${status}` : '';
  return {
    'http.request.method': method,
    ...(status === 0 ? {} : { 'http.response.status_code': status }),
    overridden: isOverridden,
    ...(error === '' ? {} : { 'error.type': error }),
  };
}

function histogramPoint(histogram: Histogram, attributes: Attributes): HistogramPoint {
  const { bounds, counts, sum, count } = histogram;
  return { attributes, bounds, counts, sum, count };
}

/** Creates a point for each status that occurred; status 0, which means none, has no label. */
function byStatus(counts: Float64Array): readonly NumberPoint[] {
  return Array.from(counts, (value, status) => ({
    attributes: status === 0 ? {} : { 'http.response.status_code': status },
    value,
  })).filter(({ value }) => value > 0);
}
