import { type LivePoint } from '../../../telemetry/live/messages';
import { bytes, count, duration, rate, share } from './format';
import { type LiveRecord, type MinuteSums } from './record';

/** One line or area of a chart. */
export interface Curve {
  readonly label: string;
  /** The name of the colour in the style sheet. */
  readonly color: string;
  /** Returns the value of one second; `null` if nothing was measured in that second. */
  of(point: LivePoint): number | null;
  now(record: LiveRecord): number | null;
}

/** The definition of one chart. */
export interface Measure {
  readonly id: string;
  readonly title: string;
  /** Whether the curves are stacked. */
  readonly isStacked: boolean;
  /** Whether a value between seconds without values is shown as a dot. */
  readonly hasDots: boolean;
  /** The minimum upper end of the scale. */
  readonly leastTop: number;
  readonly curves: readonly Curve[];
  format(value: number): string;
  /** Returns the large figure of one second. */
  at(point: LivePoint): string;
  now(record: LiveRecord, minute: MinuteSums): string;
  /** Returns the explanation of the current large figure. */
  note(record: LiveRecord, minute: MinuteSums): string;
}

const LINES = { isStacked: false, hasDots: false, leastTop: 1 };

const perSecond = (value: number, { spanMs }: LivePoint): number => (value * 1000) / spanMs;

/** Creates a curve whose current value is that of the last second. */
function curve(label: string, color: string, of: Curve['of']): Curve {
  return { label, color, of, now: ({ points }) => lastOf(points, of, null) };
}

function percentile(label: 'p50' | 'p95' | 'p99'): Curve {
  return {
    label,
    color: `--${label}`,
    of: ({ latency }) => latency[label],
    now: ({ lastMinute }) => lastMinute[label],
  };
}

function answers(label: string, color: string, of: (classes: LivePoint['byClass']) => number): Curve {
  return curve(label, color, (point) => perSecond(of(point.byClass), point));
}

function lastOf<T>(points: readonly LivePoint[], of: (point: LivePoint) => T, otherwise: T): T {
  const last = points.at(-1);
  return last === undefined ? otherwise : of(last);
}

const requestRate = (point: LivePoint): string => `${rate(perSecond(point.requests, point))}/s`;
const overrideRate = (point: LivePoint): string => `${rate(perSecond(point.overridden, point))}/s`;
const byteRate = (point: LivePoint): string => `${bytes(perSecond(point.bytesIn + point.bytesOut, point))}/s`;

export const MEASURES: readonly Measure[] = [
  {
    ...LINES,
    id: 'requests',
    title: 'Requests',
    curves: [curve('requests', '--accent', (point) => perSecond(point.requests, point))],
    format: rate,
    at: requestRate,
    now: ({ points }) => lastOf(points, requestRate, '–'),
    note: (_record, minute) => `${count(minute.requests)} in the last minute`,
  },
  {
    ...LINES,
    hasDots: true,
    id: 'latency',
    title: 'Time to first byte',
    curves: [percentile('p99'), percentile('p95'), percentile('p50')],
    format: duration,
    at: ({ latency }) => duration(latency.p95),
    now: ({ lastMinute }) => duration(lastMinute.p95),
    note: () => 'p95 of the last minute',
  },
  {
    ...LINES,
    isStacked: true,
    id: 'classes',
    title: 'Responses',
    curves: [
      answers('2xx', '--c2', (classes) => classes[2]),
      answers('3xx', '--c3', (classes) => classes[3]),
      answers('4xx', '--c4', (classes) => classes[4]),
      answers('5xx', '--c5', (classes) => classes[5]),
      answers('other', '--c0', (classes) => classes[0] + classes[1]),
    ],
    format: rate,
    at: (point) => share(point.failed, point.requests),
    now: (_record, minute) => share(minute.failed, minute.requests),
    note: () => 'failed in the last minute',
  },
  {
    ...LINES,
    id: 'overridden',
    title: 'Overridden',
    curves: [curve('pages', '--page', (point) => perSecond(point.overridden, point))],
    format: rate,
    at: overrideRate,
    now: ({ points }) => lastOf(points, overrideRate, '–'),
    note: (_record, minute) => `${count(minute.overridden)} in the last minute`,
  },
  {
    ...LINES,
    id: 'in-flight',
    title: 'In flight',
    leastTop: 2,
    curves: [curve('in flight', '--accent', ({ inFlight }) => inFlight)],
    format: count,
    at: ({ inFlight }) => count(inFlight),
    now: ({ points }) => lastOf(points, ({ inFlight }) => count(inFlight), '–'),
    note: ({ points }) => `${count(Math.max(0, ...points.map(({ inFlight }) => inFlight)))} maximum`,
  },
  {
    ...LINES,
    id: 'bytes',
    title: 'Bytes',
    leastTop: 1000,
    curves: [
      curve('out', '--out', (point) => perSecond(point.bytesOut, point)),
      curve('in', '--in', (point) => perSecond(point.bytesIn, point)),
    ],
    format: bytes,
    at: byteRate,
    now: ({ points }) => lastOf(points, byteRate, '–'),
    note: (_record, minute) => `${bytes(minute.bytesIn)} in, ${bytes(minute.bytesOut)} out in the last minute`,
  },
];
