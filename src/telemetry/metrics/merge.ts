import { type MetricFamily, type HistogramPoint, type NumberPoint } from './metric-family';

/**
 * Merges the metrics of several processes. Counters, up-down counters and histograms are added point by point. For a
 * gauge, whose sum has no meaning, the first process is used. Families and points keep the order of their first
 * occurrence.
 */
export function sumFamilies(processes: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const sums = new Map<string, MetricFamily>();
  for (const family of processes.flat()) {
    const before = sums.get(family.name);
    sums.set(family.name, before === undefined ? family : add(before, family));
  }
  return Array.from(sums.values());
}

/** Removes the metrics that end with a process: only counters and histograms remain valid after its exit. */
export const withoutGauges = (families: readonly MetricFamily[]): readonly MetricFamily[] =>
  families.filter(({ kind }) => kind === 'counter' || kind === 'histogram');

function add(one: MetricFamily, other: MetricFamily): MetricFamily {
  if (one.kind === 'histogram') {
    return other.kind === 'histogram' ? { ...one, points: joined(one.points, other.points, addHistograms) } : one;
  }
  if (one.kind === 'gauge' || other.kind === 'histogram') return one;
  return { ...one, points: joined(one.points, other.points, addNumbers) };
}

const addNumbers = (one: NumberPoint, other: NumberPoint): NumberPoint => ({ ...one, value: one.value + other.value });

/** Adds two histograms. Both come from the same program, so their bounds are equal. */
const addHistograms = (one: HistogramPoint, other: HistogramPoint): HistogramPoint => ({
  ...one,
  counts: one.counts.map((count, bucket) => count + (other.counts[bucket] ?? 0)),
  sum: one.sum + other.sum,
  count: one.count + other.count,
});

/** Joins the points of both families; points with the same attributes are added. */
function joined<Point extends Pick<NumberPoint, 'attributes'>>(
  some: readonly Point[],
  others: readonly Point[],
  sum: (one: Point, other: Point) => Point,
): readonly Point[] {
  const points = new Map(some.map((point) => [keyOf(point), point]));
  for (const point of others) {
    const same = points.get(keyOf(point));
    points.set(keyOf(point), same === undefined ? point : sum(same, point));
  }
  return Array.from(points.values());
}

/** Creates the key of a point. A program writes the attributes of a family always in the same order. */
const keyOf = ({ attributes }: Pick<NumberPoint, 'attributes'>): string => JSON.stringify(attributes);
