import { hostname } from 'node:os';
import type * as Sdk from '@opentelemetry/sdk-metrics';
import type * as OtelResources from '@opentelemetry/resources';
import { type MetricFamily, type HistogramPoint, type NumberPoint } from './metric-family';
import { errorMessage } from '../error-message';

export interface OtelOptions {
  /** The base URL of the collector; `/v1/metrics` is appended. */
  readonly endpoint: string;
  readonly version: string;
  readonly families: () => Promise<readonly MetricFamily[]>;
  /** Called when sending begins to fail, with the reason, and when it works again, with `undefined`. */
  readonly onChange: (problem: string | undefined) => void;
  /** The interval in milliseconds. Default 60,000, as in OpenTelemetry. */
  readonly intervalMs?: number;
}

export interface Otel {
  /** Sends the last metrics within this time and stops. */
  readonly close: (timeoutMs: number) => Promise<void>;
}

const DEFAULT_INTERVAL_MS = 60_000;
/** `ValueType.DOUBLE` of OpenTelemetry's API. The enum is in a package that this one does not depend on directly. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const DOUBLE = 1 as Sdk.MetricDescriptor['valueType'];

/**
 * Sends the metrics by OTLP over HTTP with OpenTelemetry's own packages: 300 modules, which are loaded only here. The
 * packages read the existing counters through a metric producer, so that no exchange is counted twice. The name and the
 * attributes of the service come from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, which the packages read
 * themselves.
 */
export async function startOtel(options: OtelOptions): Promise<Otel> {
  const [sdk, resources, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  const exporter = new OTLPMetricExporter({ url: `${options.endpoint.replace(/\/+$/, '')}/v1/metrics` });
  const resource = resourceOf(resources, options.version);
  const provider = new sdk.MeterProvider({
    resource,
    readers: [
      new sdk.PeriodicExportingMetricReader({
        exporter: reporting(exporter, options.onChange),
        exportIntervalMillis: options.intervalMs ?? DEFAULT_INTERVAL_MS,
        metricProducers: [producer(sdk, resource, options)],
      }),
    ],
  });
  return {
    async close(timeoutMs) {
      // The exporter has reported whether the last metrics were sent; a failure needs no further action.
      await provider.shutdown({ timeoutMillis: timeoutMs }).catch(() => undefined);
    },
  };
}

/**
 * Creates the resource. Our attributes are the defaults: the host name distinguishes the metrics of a pod from those of
 * other pods.
 */
function resourceOf(resources: typeof OtelResources, version: string): OtelResources.Resource {
  const { defaultResource, resourceFromAttributes, detectResources, envDetector } = resources;
  const own = { 'service.name': 'ambassador', 'service.version': version, 'service.instance.id': hostname() };
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Wraps the exporter to report when it begins to fail and when it works again. */
function reporting(exporter: Sdk.PushMetricExporter, onChange: OtelOptions['onChange']): Sdk.PushMetricExporter {
  let isFailing = false;
  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        const { error } = result;
        if (error !== undefined && !isFailing) onChange(problemOf(error));
        if (error === undefined && isFailing) onChange(undefined);
        isFailing = error !== undefined;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/**
 * Describes an error. For a response of the collector this is the status: the reason phrase may repeat the sent data.
 */
const problemOf = (error: Error): string =>
  'code' in error && typeof error.code === 'number'
    ? `the collector responded with ${error.code}`
    : errorMessage(error);

function producer(
  sdk: typeof Sdk,
  resource: OtelResources.Resource,
  { families, version }: OtelOptions,
): Sdk.MetricProducer {
  const startTime = hrTime(performance.timeOrigin);
  return {
    async collect() {
      const endTime = hrTime(Date.now());
      const metrics = (await families()).map((family) => metricOf(sdk, family, { startTime, endTime }));
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'ambassador', version }, metrics }] },
        errors: [],
      };
    },
  };
}

type Period = Pick<Sdk.DataPoint<unknown>, 'startTime' | 'endTime'>;

const hrTime = (epochMs: number): [seconds: number, nanoseconds: number] => [
  Math.floor(epochMs / 1000),
  Math.floor((epochMs % 1000) * 1e6),
];

function metricOf(sdk: typeof Sdk, family: MetricFamily, period: Period): Sdk.MetricData {
  const { name, help, unit } = family;
  const about = {
    descriptor: { name, description: help, unit, valueType: DOUBLE },
    aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE,
  };
  if (family.kind === 'histogram') {
    const dataPoints = family.points.map((point) => ({ ...period, ...histogramData(point) }));
    return { ...about, dataPointType: sdk.DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = family.points.map(({ attributes, value }: NumberPoint) => ({ ...period, attributes, value }));
  if (family.kind === 'gauge') return { ...about, dataPointType: sdk.DataPointType.GAUGE, dataPoints };
  return { ...about, dataPointType: sdk.DataPointType.SUM, dataPoints, isMonotonic: family.kind === 'counter' };
}

const histogramData = ({ attributes, bounds, counts, sum, count }: HistogramPoint): HistogramData => ({
  attributes,
  value: { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count },
});

type HistogramData = Pick<Sdk.DataPoint<Sdk.Histogram>, 'attributes' | 'value'>;
