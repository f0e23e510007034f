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

/** Everything that {@link ExchangeCounters} knows, as OpenTelemetry's HTTP conventions name it where they have a name. */
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
      'From a whole request head to the end of its response. Probes and switched protocols are counted elsewhere.',
      points(({ seconds }) => seconds),
    ),
    histogram(
      'http.server.request.body.size',
      'By',
      'Content of requests, without transfer coding.',
      points(({ requestBytes }) => requestBytes),
    ),
    histogram(
      'http.server.response.body.size',
      'By',
      'Content of responses as sent to clients, without transfer coding.',
      points(({ responseBytes }) => responseBytes),
    ),
    updown(
      'ambassador.switched.open',
      '{connection}',
      'Connections that have switched to another protocol, as WebSockets do, and are open.',
      onePoint(counters.switchedOpen),
    ),
    updown(
      'http.server.active_requests',
      '{request}',
      'Requests in flight, probes among them, switched protocols not.',
      onePoint(counters.inFlight),
    ),
  ];
}

function answerFamilies(counters: ExchangeCounters): readonly MetricFamily[] {
  return [
    histogram(
      'ambassador.response.first_byte.duration',
      's',
      'From a whole request head to the first byte of its final response.',
      [histogramPoint(counters.firstByteSeconds, {})],
    ),
    histogram('ambassador.target.connect.duration', 's', 'Connecting to the target, retries included.', [
      histogramPoint(counters.connectSeconds, {}),
    ]),
    counter(
      'ambassador.overrides',
      '{response}',
      'Responses that were replaced by one of ours.',
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
      'Final responses by the status that the target gave, whatever was sent in their place.',
      byStatus(counters.targetResponses),
    ),
    counter('ambassador.terminations', '{exchange}', 'Exchanges by how they ended.', terminationPoints(counters)),
    counter(
      'ambassador.probes',
      '{request}',
      'Requests of the kubelet by the status that was sent. They are counted nowhere else.',
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
      'Connections, by now closed, whose bytes were passed on unread: HTTP/2, TLS, or after a switch of protocols.',
      points(({ exchanges }) => exchanges, 'http'),
    ),
    counter(
      'ambassador.opaque.duration',
      's',
      'How long those connections were open, added up.',
      points(({ seconds }) => seconds, 'http'),
    ),
    counter(
      'ambassador.received',
      'By',
      'Bytes from clients, heads included, counted when an exchange ends.',
      points(({ receivedBytes }) => receivedBytes),
    ),
    counter(
      'ambassador.sent',
      'By',
      'Bytes to clients, heads included, counted when an exchange ends.',
      points(({ sentBytes }) => sentBytes),
    ),
  ];
}

/** `error.type` is the failure where there was one, and the status itself for a server error that the target made. */
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

/** A point for each status that was seen; 0, none, has no label. */
function byStatus(counts: Float64Array): readonly NumberPoint[] {
  return Array.from(counts, (value, status) => ({
    attributes: status === 0 ? {} : { 'http.response.status_code': status },
    value,
  })).filter(({ value }) => value > 0);
}
