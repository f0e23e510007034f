import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LiveFeed } from '../../../src/telemetry/live/live-feed';
import { LiveSum } from '../../../src/telemetry/live/merged-feed';
import { type LiveUpdate } from '../../../src/telemetry/live/messages';
import { open, play, reader } from '../../support/live-exchanges';

let workers: readonly [LiveFeed, LiveFeed];
let polls: number;
let sum: LiveSum;
let told: LiveUpdate[];

beforeEach(() => {
  jest.useFakeTimers();
  polls = 0;
  told = [];
  workers = [new LiveFeed(reader), new LiveFeed(reader)];
  sum = new LiveSum(() => {
    polls++;
    return Promise.resolve(workers.map((worker) => worker.poll()));
  });
});
afterEach(() => {
  sum.close();
  for (const worker of workers) worker.close();
  jest.useRealTimers();
});

const second = (count = 1): Promise<void> => jest.advanceTimersByTimeAsync(1000 * count);

test('a second is that of both: counts, paths, exchanges and those that wait', async () => {
  sum.watch((update) => told.push(update));
  await second();
  const [one, other] = workers;
  play(one, { target: '/a', firstByteMs: 10 }, { target: '/b', targetStatus: 404, isOverridden: true });
  play(other, { target: '/a', firstByteMs: 30 }, { target: '/c', targetStatus: 500 });
  other.onRequest(open({ target: '/slow' }));
  await second(2);
  const [, news, later] = told;
  expect(news?.points).toEqual([
    expect.objectContaining({ requests: 4, byClass: [0, 0, 2, 0, 1, 1], overridden: 1, failed: 1, inFlight: 1 }),
  ]);
  expect(news?.totals).toEqual({ requests: 4, failed: 1, overridden: 1, inFlight: 1 });
  expect(new Map(news?.paths?.map(({ path, hits }) => [path, hits]))).toEqual(
    new Map([
      ['/a', 2],
      ['/b', 1],
      ['/c', 1],
    ]),
  );
  expect(news?.tail.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(later?.waiting).toMatchObject([{ path: '/slow' }]);
});

test('percentiles are those of all requests together', async () => {
  sum.watch((update) => told.push(update));
  await second();
  const [one, other] = workers;
  play(one, { target: '/a', firstByteMs: 10 }, { target: '/a', firstByteMs: 10 }, { target: '/a', firstByteMs: 10 });
  play(other, { target: '/a', firstByteMs: 50 });
  await second();
  const [{ latency } = { latency: undefined }] = told[1]?.points ?? [];
  expect(latency?.p50).toBeCloseTo(10, 0);
  expect(latency?.p99).toBeCloseTo(50, 0);
  expect(told[1]?.lastMinute.p50).toBeCloseTo(10, 0);
  const [path] = told[1]?.paths ?? [];
  expect(path?.p50Ms).toBeGreaterThan(9);
  expect(path?.p50Ms).toBeLessThan(11);
  expect(path?.p95Ms).toBeGreaterThan(46);
});

test('who comes later sees what there was', async () => {
  sum.watch(() => undefined);
  await second();
  play(workers[0], { target: '/a' });
  await second();
  const whole = sum.watch(() => undefined).whole();
  expect(whole.points).toHaveLength(2);
  expect(whole.tail).toHaveLength(1);
  expect(whole.totals).toMatchObject({ requests: 1 });
});

test('nobody is asked while nobody watches, from 15 seconds after the last has left', async () => {
  expect(jest.getTimerCount()).toBe(0);
  sum.watch(() => undefined).stop();
  await second(60);
  expect(polls).toBe(15);
  expect(jest.getTimerCount()).toBe(0);
});
