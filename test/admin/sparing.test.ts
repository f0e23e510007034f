import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { sparing } from '../../src/admin/sparing';

/** Takes so long that the timers' own inexactness does not matter. */
const RUN_MS = 20;

it('gives everybody who asks during a run the result of the next', async () => {
  let runs = 0;
  const spare = sparing(async () => {
    const run = ++runs;
    await setTimeout(RUN_MS);
    return run;
  });
  const first = spare();
  await setTimeout(RUN_MS / 2);
  expect(await Promise.all([first, spare(), spare()])).toStrictEqual([1, 2, 2]);
});

it('rests nine times as long as it worked', async () => {
  const starts: number[] = [];
  const spare = sparing(async () => {
    starts.push(performance.now());
    await setTimeout(RUN_MS);
  });
  await Promise.all([spare(), spare()]);
  await spare();
  const [first = 0, second = 0] = starts;
  expect(second - first).toBeGreaterThan(9 * RUN_MS);
});

it('tells a failure to those who asked, and goes on', async () => {
  let runs = 0;
  const spare = sparing(() => (++runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve(runs)));
  await expect(spare()).rejects.toThrow('once');
  expect(await spare()).toBe(2);
});
