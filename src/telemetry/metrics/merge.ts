import { type MetricFamily, type HistogramPoint, type NumberPoint } from './metric-family';

/**
 * The numbers of several processes as those of one: what can be added up is, point by point. Of a gauge, for which a sum means
 * nothing, the first process that has it speaks for all. Families and points come in the order in which they are met.
 */
export function sumFamilies(processes: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const sums = new Map<string, MetricFamily>();
  for (const family of processes.flat()) {
    const before = sums.get(family.name);
    sums.set(family.name, before === undefined ? family : add(before, family));
  }
  return Array.from(sums.values());
}

/** What stays of the numbers of a process that has ended: what has happened has happened, and nothing is open any more. */
export const afterTheEnd = (families: readonly MetricFamily[]): readonly MetricFamily[] =>
  families.filter(({ kind }) => kind === 'counter' || kind === 'histogram');

function add(one: MetricFamily, other: MetricFamily): MetricFamily {
  if (one.kind === 'histogram') {
    return other.kind === 'histogram' ? { ...one, points: joined(one.points, other.points, addHistograms) } : one;
  }
  if (one.kind === 'gauge' || other.kind === 'histogram') return one;
  return { ...one, points: joined(one.points, other.points, addNumbers) };
}

const addNumbers = (one: NumberPoint, other: NumberPoint): NumberPoint => ({ ...one, value: one.value + other.value });

/** Both were made by the same program, so the bounds are the same. */
const addHistograms = (one: HistogramPoint, other: HistogramPoint): HistogramPoint => ({
  ...one,
  counts: one.counts.map((count, bucket) => count + (other.counts[bucket] ?? 0)),
  sum: one.sum + other.sum,
  count: one.count + other.count,
});

/** The points of both, those with the same attributes as one. */
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

/** One program writes the attributes of a family always in the same order. */
const keyOf = ({ attributes }: Pick<NumberPoint, 'attributes'>): string => JSON.stringify(attributes);
