import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { singleFlight } from '../../src/admin/single-flight';

/** Takes so long that the timers' own inexactness does not matter. */
const RUN_MS = 20;

test('all calls during a run get the result of the next run', async () => {
  let runs = 0;
  const make = singleFlight(async () => {
    const run = ++runs;
    await setTimeout(RUN_MS);
    return run;
  });
  const first = make();
  await setTimeout(RUN_MS / 2);
  expect(await Promise.all([first, make(), make()])).toStrictEqual([1, 2, 2]);
});

test('a run is followed by a rest that is many times as long, and not longer than a second', async () => {
  const starts: number[] = [];
  const make = singleFlight(async () => {
    starts.push(performance.now());
    await setTimeout(RUN_MS);
  });
  await Promise.all([make(), make()]);
  await make();
  const [first = 0, second = 0] = starts;
  expect(second - first).toBeGreaterThan(RUN_MS + 900);
});

test('a failure is told to the calls that waited for the run, and the next run is another try', async () => {
  let runs = 0;
  const make = singleFlight(() => (++runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve(runs)));
  await expect(make()).rejects.toThrow('once');
  expect(await make()).toBe(2);
});
