import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from '../../../src/telemetry/live/latency-histogram';

const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
};

function histogramOf(values: readonly number[], precision: number): LatencyHistogram {
  const histogram = new LatencyHistogram(precision);
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('the latency histogram', () => {
  test.each([
    [5, 1 / 64],
    [3, 1 / 16],
  ])('of precision %i is off by at most %f of the value', (precision, bound) => {
    const durations = fc.array(fc.double({ min: 0.001, max: 2_000_000, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1), (values, share) => {
        const [found] = histogramOf(values, precision).percentiles([share]);
        const exact = percentile(values, share);
        // Half a microsecond more: durations are whole microseconds.
        expect(Math.abs((found ?? NaN) - exact)).toBeLessThanOrEqual(exact * bound + 0.0005);
      }),
    );
  });

  test('knows of no percentile where nothing was counted', () => {
    expect(new LatencyHistogram(5).percentiles([0.5, 0.99])).toEqual([null, null]);
  });

  test('takes a time that ran backwards for none, and an endless one for its longest', () => {
    expect(histogramOf([-5], 5).percentiles([1])).toEqual([0]);
    const [longest] = histogramOf([1e12], 5).percentiles([1]);
    expect(longest).toBeGreaterThan(35 * 60_000 * 0.98);
  });

  test('adds up with another, fades without moving its percentiles, and can be cleared', () => {
    const sum = histogramOf([1, 1, 1], 5);
    sum.add(histogramOf([1000], 5));
    sum.fade(0.5);
    const [p50, p99] = sum.percentiles([0.5, 0.99]);
    expect(p50).toBeCloseTo(1, 1);
    expect(p99).toBeGreaterThan(980);
    sum.clear();
    expect(sum.percentiles([0.5])).toEqual([null]);
  });
});
