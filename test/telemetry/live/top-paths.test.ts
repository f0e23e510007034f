import { describe, expect, test } from '@jest/globals';
import { type PathHit, TopPaths } from '../../../src/telemetry/live/top-paths';
import { type LivePath } from '../../../src/telemetry/live/messages';

const hit = (target: string, rest: Partial<PathHit> = {}): PathHit => ({
  method: 'GET',
  status: 200,
  isFailed: false,
  isOverridden: false,
  firstByteMs: 1,
  ...rest,
  path: target,
});

const rowOf = (top: TopPaths, target: string): LivePath | undefined => top.all().find((row) => row.path === target);

function hits(top: TopPaths, target: string, times: number): void {
  for (let i = 0; i < times; i++) top.hit(hit(target));
}

describe('the top paths', () => {
  test('count hits, client errors, failures and overrides of each method and path', () => {
    const top = new TopPaths();
    top.hit(hit('/a'));
    top.hit(hit('/a', { status: 404, isOverridden: true }));
    top.hit(hit('/a', { status: 503, isFailed: true, firstByteMs: 100 }));
    top.hit(hit('/a', { method: 'POST' }));
    top.age(1000);
    expect(top.all()).toEqual([
      expect.objectContaining({ method: 'GET', path: '/a', hits: 3, clientErrors: 1, failed: 1, overridden: 1 }),
      expect.objectContaining({ method: 'POST', path: '/a', hits: 1, clientErrors: 0, failed: 0, overridden: 0 }),
    ]);
    expect(top.all()[0]?.p50Ms).toBeCloseTo(1, 1);
    expect(top.all()[0]?.p95Ms).toBeGreaterThan(93);
  });

  test('tell the rate of late: exact at once, and halved half a minute after the last request', () => {
    const top = new TopPaths();
    for (let second = 0; second < 120; second++) {
      hits(top, '/steady', 20);
      top.age(1000);
    }
    expect(rowOf(top, '/steady')?.rate).toBeGreaterThan(19);
    expect(rowOf(top, '/steady')?.rate).toBeLessThan(21);
    const before = rowOf(top, '/steady')?.rate ?? 0;
    top.age(30_000);
    expect((rowOf(top, '/steady')?.rate ?? 0) / before).toBeCloseTo(0.5, 1);
    expect(rowOf(top, '/steady')?.hits).toBe(2400);
  });

  test('stay 200 rows while a scanner asks for thousands of paths, and keep what is really asked for', () => {
    const top = new TopPaths();
    for (let i = 0; i < 20_000; i++) {
      top.hit(hit(`/scan/${'abcdefghij'.charAt(i % 10)}-${i}`));
      if (i % 20 === 0) top.hit(hit('/shop'));
      if (i % 500 === 0) top.age(1000);
    }
    expect(top.all()).toHaveLength(200);
    expect(rowOf(top, '/shop')?.hits).toBe(1000);
    const [first] = top.all().sort((a, b) => b.rate - a.rate);
    expect(first?.path).toBe('/shop');
  });

  test('let a path in that has become popular after the table was full', () => {
    const top = new TopPaths();
    for (let i = 0; i < 200; i++) hits(top, `/old-${i}`, 5);
    top.age(60_000);
    hits(top, '/new', 10);
    expect(rowOf(top, '/new')).toMatchObject({ hits: 10 });
    expect(top.all()).toHaveLength(200);
  });

  test('say nothing while nothing changes', () => {
    const top = new TopPaths();
    expect(top.changes()).toBeUndefined();
    hits(top, '/a', 3);
    top.age(1000);
    expect(top.changes()).toHaveLength(1);
    expect(top.changes()).toHaveLength(1);
    top.age(3_600_000);
    expect(top.changes()).toHaveLength(1);
    expect(top.changes()).toBeUndefined();
    expect(top.all()).toHaveLength(1);
  });
});
