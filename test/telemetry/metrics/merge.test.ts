import { expect, test } from '@jest/globals';
import {
  counter,
  type MetricFamily,
  gauge,
  histogram,
  onePoint,
  updown,
} from '../../../src/telemetry/metrics/metric-family';
import { withoutGauges, sumFamilies } from '../../../src/telemetry/metrics/merge';

const ended = (byTermination: Readonly<Record<string, number>>): MetricFamily =>
  counter(
    'terminations',
    '{exchange}',
    '',
    Object.entries(byTermination).map(([termination, value]) => ({ attributes: { termination }, value })),
  );
const took = (...counts: number[]): MetricFamily =>
  histogram('duration', 's', '', [
    { attributes: {}, bounds: [1, 2], counts, sum: counts.length, count: counts.reduce((sum, one) => sum + one, 0) },
  ]);

test('what can be added up is, point by point', () => {
  const one = [ended({ ok: 2, drained: 1 }), took(1, 0, 2), updown('open', '', '', onePoint(3))];
  const other = [ended({ 'idle-timeout': 5, ok: 4 }), took(0, 7, 1), updown('open', '', '', onePoint(4))];
  expect(sumFamilies([one, other])).toEqual([
    ended({ ok: 6, drained: 1, 'idle-timeout': 5 }),
    histogram('duration', 's', '', [{ attributes: {}, bounds: [1, 2], counts: [1, 7, 3], sum: 6, count: 11 }]),
    updown('open', '', '', onePoint(7)),
  ]);
});

test('of what cannot, the first process speaks for all', () => {
  const startedAt = (value: number): MetricFamily[] => [gauge('start', 's', '', onePoint(value))];
  expect(sumFamilies([[], startedAt(1), startedAt(2)])).toEqual(startedAt(1));
});

test('a family that one of them lacks is that of the others', () => {
  expect(sumFamilies([[], [ended({ ok: 1 })], [took(1, 1, 1)]])).toEqual([ended({ ok: 1 }), took(1, 1, 1)]);
});

test('nothing of a process that has ended is open any more', () => {
  const families = [ended({ ok: 1 }), updown('open', '', '', onePoint(3)), took(1, 1, 1), gauge('g', '', '', [])];
  expect(withoutGauges(families)).toEqual([ended({ ok: 1 }), took(1, 1, 1)]);
});
