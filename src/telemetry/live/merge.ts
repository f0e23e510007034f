import { MAX_TAIL, MAX_WAITING } from './limits';
import { LatencyHistogram } from './latency-histogram';
import { type LivePath, type LivePoint, type LiveTotals, type LiveUpdate, type WorkerUpdate, keyOf } from './messages';
import { PRECISION, latencyOf } from './recorder';
import { PATH_PRECISION } from './top-paths';

/** Merges the updates of several processes into one. Percentiles come from the merged histograms. */
export function sumUpdates(updates: readonly WorkerUpdate[], epochMs: number): LiveUpdate {
  const points = updates.flatMap((update) => update.points);
  const tail = updates.flatMap((update) => update.tail).sort((one, other) => one.endedAtMs - other.endedAtMs);
  const shown = tail.slice(-MAX_TAIL);
  return {
    points: [
      sumPoints(
        points,
        epochMs,
        merged(updates, PRECISION, ({ second }) => second),
      ),
    ],
    lastMinute: latencyOf(merged(updates, PRECISION, ({ lastMinute }) => lastMinute)),
    totals: sumTotals(updates.map(({ totals }) => totals)),
    paths: sumPaths(updates),
    tail: shown,
    skipped: sum(updates, ({ skipped }) => skipped) + tail.length - shown.length,
    waiting: updates
      .flatMap(({ waiting }) => waiting)
      .sort((one, other) => other.ageMs - one.ageMs)
      .slice(0, MAX_WAITING),
  };
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

type Distributions = WorkerUpdate['distributions'];

/** One histogram of those that `of` selects. */
function merged(
  updates: readonly WorkerUpdate[],
  precision: number,
  of: (distributions: Distributions) => readonly number[] | undefined,
): LatencyHistogram {
  const histogram = new LatencyHistogram(precision);
  for (const { distributions } of updates) histogram.addPairs(of(distributions) ?? []);
  return histogram;
}

function sumPoints(points: readonly LivePoint[], epochMs: number, latency: LatencyHistogram): LivePoint {
  const classes = (n: 0 | 1 | 2 | 3 | 4 | 5): number => sum(points, ({ byClass }) => byClass[n]);
  return {
    atMs: epochMs,
    spanMs: Math.max(1, ...points.map(({ spanMs }) => spanMs)),
    requests: sum(points, ({ requests }) => requests),
    byClass: [classes(0), classes(1), classes(2), classes(3), classes(4), classes(5)],
    overridden: sum(points, ({ overridden }) => overridden),
    failed: sum(points, ({ failed }) => failed),
    probes: sum(points, ({ probes }) => probes),
    inFlight: sum(points, ({ inFlight }) => inFlight),
    bytesIn: sum(points, ({ bytesIn }) => bytesIn),
    bytesOut: sum(points, ({ bytesOut }) => bytesOut),
    latency: latencyOf(latency),
  };
}

const sumTotals = (all: readonly LiveTotals[]): LiveTotals => ({
  requests: sum(all, ({ requests }) => requests),
  failed: sum(all, ({ failed }) => failed),
  overridden: sum(all, ({ overridden }) => overridden),
  inFlight: sum(all, ({ inFlight }) => inFlight),
});

function sumPaths(updates: readonly WorkerUpdate[]): LivePath[] {
  const same = new Map<string, LivePath[]>();
  for (const row of updates.flatMap(({ paths = [] }) => paths)) {
    const key = keyOf(row);
    same.set(key, [...(same.get(key) ?? []), row]);
  }
  return Array.from(same, ([key, rows]) =>
    sumPath(
      rows,
      merged(updates, PATH_PRECISION, ({ paths }) => paths[key]),
    ),
  );
}

function sumPath(rows: readonly LivePath[], latency: LatencyHistogram): LivePath {
  const [p50Ms = null, p95Ms = null] = latency.percentiles([0.5, 0.95]);
  return {
    method: rows[0]?.method ?? '',
    path: rows[0]?.path ?? '',
    rate: sum(rows, ({ rate }) => rate),
    hits: sum(rows, ({ hits }) => hits),
    clientErrors: sum(rows, ({ clientErrors }) => clientErrors),
    failed: sum(rows, ({ failed }) => failed),
    overridden: sum(rows, ({ overridden }) => overridden),
    p50Ms,
    p95Ms,
  };
}
