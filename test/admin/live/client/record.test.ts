import { beforeEach, describe, expect, test } from '@jest/globals';
import { LiveRecord } from '../../../../src/admin/live/client/record';
import { exchangeLike, pointLike, targetLike, updateLike } from './samples';

const ABOUT = { name: 'web-1', url: 'http://localhost:8080/', target: '127.0.0.1:8087', startedAtMs: 1 };
const points = (...seconds: number[]): ReturnType<typeof pointLike>[] =>
  seconds.map((second) => pointLike({ atMs: second * 1000 }));
const tail = (...ids: number[]): ReturnType<typeof exchangeLike>[] => ids.map((id) => exchangeLike({ id }));

let record: LiveRecord;

beforeEach(() => {
  record = new LiveRecord();
});

describe('what the page keeps', () => {
  test('goes on where it was after a reconnect to the same process, and has nothing twice', () => {
    record.welcome({ about: ABOUT, update: updateLike({ points: points(1, 2), tail: tail(1, 2) }) });
    record.add(updateLike({ points: points(3), tail: tail(3) }));
    record.welcome({ about: ABOUT, update: updateLike({ points: points(2, 3, 4), tail: tail(2, 3, 4, 5) }) });
    expect(record.points.map(({ atMs }) => atMs)).toEqual([1000, 2000, 3000, 4000]);
    expect(record.tail.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  test('begins anew with another process', () => {
    record.welcome({ about: ABOUT, update: updateLike({ points: points(8), tail: tail(80), skipped: 3 }) });
    record.welcome({
      about: { ...ABOUT, startedAtMs: 2 },
      update: updateLike({ points: points(9), tail: tail(1) }),
    });
    expect(record.points).toHaveLength(1);
    expect(record.tail.map(({ id }) => id)).toEqual([1]);
    expect(record.skipped).toBe(0);
  });

  test('holds on to the top targets while they do not change', () => {
    record.add(updateLike({ paths: [targetLike()] }));
    record.add(updateLike());
    expect(record.paths).toHaveLength(1);
    expect(record.isEmpty).toBe(false);
  });

  test('is bounded: five minutes of points, 500 exchanges', () => {
    for (let i = 1; i <= 1000; i++) record.add(updateLike({ points: points(i), tail: tail(i) }));
    expect(record.points).toHaveLength(300);
    expect(record.tail).toHaveLength(500);
  });

  test('adds up the last minute, and nothing before it', () => {
    for (let i = 1; i <= 100; i++) record.add(updateLike({ points: points(i) }));
    expect(record.minute()).toMatchObject({ requests: 60, bytesIn: 600, bytesOut: 6000, failed: 0, overridden: 0 });
  });

  test('is empty until there is something to see', () => {
    record.welcome({ about: ABOUT, update: updateLike({ points: points(1) }) });
    expect(record.isEmpty).toBe(true);
    record.add(updateLike({ tail: tail(1) }));
    expect(record.isEmpty).toBe(false);
  });
});
