import { expect, it } from '@jest/globals';
import { backoffMs } from '../../src/telemetry/backoff';

it('waits twice as long after each failure, up to a minute', () => {
  const waits = [1, 2, 3, 6, 7, 1000].map((failures) => backoffMs(failures, () => 0));
  expect(waits).toStrictEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});

it('takes off a random half, so that a fleet does not come back as one', () => {
  expect(backoffMs(1, () => 0.999)).toBeCloseTo(500.5, 3);
  expect(new Set(Array.from({ length: 20 }, () => backoffMs(1))).size).toBeGreaterThan(1);
});
