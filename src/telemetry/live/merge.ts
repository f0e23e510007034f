import { MAX_TAIL, MAX_WAITING } from './limits';
import { type LatencyMs, type LivePoint, type LivePath, type LiveTotals, type LiveUpdate } from './messages';

/**
 * Merges the updates of several processes into one. Percentiles cannot be added. The result has the means of the
 * processes' percentiles, weighted by requests, which is accurate if connections are spread evenly.
 */
export function sumUpdates(updates: readonly LiveUpdate[], epochMs: number): LiveUpdate {
  const points = updates.flatMap((update) => update.points);
  const tail = updates.flatMap((update) => update.tail).sort((one, other) => one.endedAtMs - other.endedAtMs);
  const shown = tail.slice(-MAX_TAIL);
  return {
    points: [sumPoints(points, epochMs)],
    lastMinute: meanLatency(updates.map(({ lastMinute, totals }) => [lastMinute, totals.requests])),
    totals: sumTotals(updates.map(({ totals }) => totals)),
    paths: sumPaths(updates.flatMap(({ paths: targets = [] }) => targets)),
    tail: shown,
    skipped: sum(updates, ({ skipped }) => skipped) + tail.length - shown.length,
    waiting: updates
      .flatMap(({ waiting }) => waiting)
      .sort((one, other) => other.ageMs - one.ageMs)
      .slice(0, MAX_WAITING),
  };
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

function sumPoints(points: readonly LivePoint[], epochMs: number): LivePoint {
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
    latency: meanLatency(points.map(({ latency, requests }) => [latency, requests])),
  };
}

const sumTotals = (all: readonly LiveTotals[]): LiveTotals => ({
  requests: sum(all, ({ requests }) => requests),
  failed: sum(all, ({ failed }) => failed),
  overridden: sum(all, ({ overridden }) => overridden),
  inFlight: sum(all, ({ inFlight }) => inFlight),
});

function sumPaths(targets: readonly LivePath[]): LivePath[] {
  const same = new Map<string, LivePath[]>();
  for (const target of targets) {
    const key = `${target.method} ${target.path}`;
    same.set(key, [...(same.get(key) ?? []), target]);
  }
  return Array.from(same.values(), sumTarget);
}

function sumTarget(rows: readonly LivePath[]): LivePath {
  return {
    method: rows[0]?.method ?? '',
    path: rows[0]?.path ?? '',
    rate: sum(rows, ({ rate }) => rate),
    hits: sum(rows, ({ hits }) => hits),
    clientErrors: sum(rows, ({ clientErrors }) => clientErrors),
    failed: sum(rows, ({ failed }) => failed),
    overridden: sum(rows, ({ overridden }) => overridden),
    p50Ms: mean(rows.map(({ p50Ms, hits }) => [p50Ms, hits])),
    p95Ms: mean(rows.map(({ p95Ms, hits }) => [p95Ms, hits])),
  };
}

const meanLatency = (all: readonly (readonly [LatencyMs, weight: number])[]): LatencyMs => ({
  p50: mean(all.map(([{ p50 }, weight]) => [p50, weight])),
  p95: mean(all.map(([{ p95 }, weight]) => [p95, weight])),
  p99: mean(all.map(([{ p99 }, weight]) => [p99, weight])),
});

/** Returns the weighted mean of all values that are not `null`. */
function mean(all: readonly (readonly [value: number | null, weight: number])[]): number | null {
  const known = all.flatMap(([value, weight]) => (value === null ? [] : [{ value, weight: Math.max(weight, 1) }]));
  if (known.length === 0) return null;
  return sum(known, ({ value, weight }) => value * weight) / sum(known, ({ weight }) => weight);
}
