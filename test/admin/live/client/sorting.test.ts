import { describe, expect, test } from '@jest/globals';
import { type Sorting, sortBy, sorted } from '../../../../src/admin/live/client/sorting';
import { targetLike } from './samples';

const A = targetLike({ path: '/a', hits: 1, p95Ms: null });
const B = targetLike({ path: '/b', hits: 3, p95Ms: 20 });
const C = targetLike({ path: '/c', hits: 3, p95Ms: 5 });
const POST = targetLike({ path: '/c', method: 'POST', hits: 3, p95Ms: 5 });

describe('the order of the top targets', () => {
  test.each([
    ['the most hits first, equals by name', { column: 'hits', isRising: false }, [B, C, POST, A]],
    ['the fewest hits first, equals by name', { column: 'hits', isRising: true }, [A, B, C, POST]],
    ['the slowest first, those without a time last', { column: 'p95Ms', isRising: false }, [B, C, POST, A]],
    ['by name', { column: 'path', isRising: true }, [A, B, C, POST]],
    ['by name, the last first', { column: 'path', isRising: false }, [POST, C, B, A]],
  ] satisfies [string, Sorting, unknown][])('is %s', (_name, sorting, expected) => {
    expect(sorted([POST, C, A, B], sorting)).toEqual(expected);
  });

  test('begins with the largest, names with the first, and turns round when asked again', () => {
    const hits = sortBy('hits', { column: 'rate', isRising: false });
    expect(hits).toEqual({ column: 'hits', isRising: false });
    expect(sortBy('hits', hits)).toEqual({ column: 'hits', isRising: true });
    expect(sortBy('path', hits)).toEqual({ column: 'path', isRising: true });
  });
});
