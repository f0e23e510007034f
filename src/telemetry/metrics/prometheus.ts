import { setImmediate } from 'node:timers/promises';
import { type Attributes, type MetricFamily, type HistogramPoint } from './metric-family';

/** The content type of the text of {@link renderPrometheus}. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The number of lines per iteration of the event loop, about 0.1 ms of work. A target that responds with every status
 * causes 7,000 lines.
 */
const LINES_PER_TURN = 200;

/**
 * Renders families in Prometheus' text format. Between two batches of lines the event loop handles other events, so
 * that a scrape does not delay traffic.
 */
export async function renderPrometheus(families: readonly MetricFamily[]): Promise<string> {
  const batches: string[] = [];
  let lines: string[] = [];
  for (const family of families) {
    const name = prometheusName(family);
    const type = family.kind === 'updown' ? 'gauge' : family.kind;
    lines.push(`# HELP ${name} ${family.help.replace(/[\\\n]/g, escaped)}`, `# TYPE ${name} ${type}`);
    for (const pointLines of linesOf(name, family)) {
      lines.push(...pointLines);
      if (lines.length < LINES_PER_TURN) continue;
      batches.push(lines.join('\n'));
      lines = [];
      await setImmediate();
    }
  }
  return `${[...batches, ...lines].join('\n')}\n`;
}

/** Generates the lines of each point, one point after another. */
function* linesOf(name: string, family: MetricFamily): Generator<readonly string[]> {
  if (family.kind === 'histogram') {
    for (const point of family.points) yield histogramLines(name, point);
  } else {
    for (const { attributes, value } of family.points)
      yield [`${name}${inBraces(labelsOf(attributes))} ${number(value)}`];
  }
}

/** Formats a histogram. In Prometheus it is cumulative: each bucket includes the smaller ones. */
function histogramLines(name: string, { attributes, bounds, counts, sum, count }: HistogramPoint): readonly string[] {
  const labels = labelsOf(attributes);
  const more = labels === '' ? '' : `,${labels}`;
  let below = 0;
  const buckets = bounds.map((bound, bucket) => {
    below += counts[bucket] ?? 0;
    return `${name}_bucket{le="${bound}"${more}} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{le="+Inf"${more}} ${count}`,
    `${name}_sum${inBraces(labels)} ${number(sum)}`,
    `${name}_count${inBraces(labels)} ${count}`,
  ];
}

const labelsOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${underscored(name)}="${`${value}`.replace(/[\\\n"]/g, escaped)}"`)
    .join(',');

const inBraces = (labels: string): string => (labels === '' ? '' : `{${labels}}`);

const escaped = (character: string): string => (character === '\n' ? '\\n' : `\\${character}`);

function number(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : `${value}`;
}

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** Derives the Prometheus name by OpenTelemetry's rules: underscores, then the unit, then `_total` for counters. */
function prometheusName({ name, prometheusName, unit, kind }: MetricFamily): string {
  if (prometheusName !== undefined) return prometheusName;
  return `${underscored(name)}${UNIT_SUFFIXES[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`;
}

const underscored = (name: string): string => name.replaceAll('.', '_');
