import { setImmediate } from 'node:timers/promises';
import { type Attributes, type Family, type HistogramPoint } from './family';

/** Of {@link renderPrometheus}'s text. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string | number>>;

/** What prom-client's registry asks of a metric, and makes its lines from. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Labels;
  /** Rendered once for all samples that have the same object. */
  readonly sharedLabels: Labels;
  readonly value: number;
}

interface Registry {
  registerMetric(metric: { readonly name: string; get(): object }): void;
  getSingleMetricAsString(name: string): Promise<string>;
}

/**
 * The families as Prometheus text, one after another: between two of them everybody else has a turn, so that not even a
 * target that answers with every status there is can make a scrape hold up traffic.
 *
 * prom-client is loaded by the first scrape, and of it only the registry, which renders what others have counted. All of
 * it would take 12 MiB and, once, 100 ms of everybody's time, because it brings an OpenTelemetry API for its own counters.
 */
export async function renderPrometheus(families: readonly Family[]): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const registry = new (require('prom-client/lib/registry') as new () => Registry)();
  const texts: string[] = [];
  for (const family of families) {
    const name = prometheusName(family);
    const type = family.kind === 'updown' ? 'gauge' : family.kind;
    const metric = { name, help: family.help, type, values: samplesOf(name, family) };
    registry.registerMetric({ name, get: () => metric });
    texts.push(await registry.getSingleMetricAsString(name));
    await setImmediate();
  }
  return `${texts.join('\n')}\n`;
}

function samplesOf(name: string, family: Family): readonly Sample[] {
  if (family.kind === 'histogram') return family.points.flatMap((point) => histogramSamples(name, point));
  return family.points.map(({ attributes, value }) => ({ labels: {}, sharedLabels: labelsOf(attributes), value }));
}

/** A histogram in Prometheus is cumulative: each bucket holds the smaller ones. */
function histogramSamples(name: string, { attributes, bounds, counts, sum, count }: HistogramPoint): readonly Sample[] {
  const sharedLabels = labelsOf(attributes);
  let below = 0;
  const buckets = bounds.map((bound, bucket): Sample => {
    below += counts[bucket] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le: bound }, sharedLabels, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { le: '+Inf' }, sharedLabels, value: count },
    { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
    { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
  ];
}

const labelsOf = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [underscored(name), `${value}`]));

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** As OpenTelemetry's rules for Prometheus have it: underscores, then the unit, then `_total` on what only rises. */
function prometheusName({ name, prometheusName, unit, kind }: Family): string {
  if (prometheusName !== undefined) return prometheusName;
  return `${underscored(name)}${UNIT_SUFFIXES[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`;
}

const underscored = (name: string): string => name.replaceAll('.', '_');
