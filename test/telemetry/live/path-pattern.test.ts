import { describe, expect, test } from '@jest/globals';
import { foldPath, pathOf, shortMethod } from '../../../src/telemetry/live/path-pattern';

describe('the path of a request target', () => {
  test.each([
    ['/a/b?token=secret', '/a/b'],
    ['/?', '/'],
    ['/a;jsessionid=secret/b;x', '/a/b'],
    ['http://example.test/a;x=1/b', '/a/b'],
    ['http://example.test;x?y', '/'],
    ['http://example.test/a?b', '/a'],
    ['http://example.test', '/'],
    ['http://example.test?a=/b', '/'],
    ['/go?to=http://example.test/', '/go'],
    ['example.test:443', 'example.test:443'],
    ['*', '*'],
    ['', ''],
  ])('of %j is %j', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });

  test('is cut at 512 characters, whatever a stranger sends', () => {
    const path = pathOf(`/${'a'.repeat(30_000)}?${'b'.repeat(1000)}`);
    expect(path).toHaveLength(512);
    expect(path.endsWith('a…')).toBe(true);
    expect(pathOf(`/${'é'.repeat(10)}?${'b'.repeat(1000)}`)).toBe('/éééééééééé');
  });

  test('leaves a method readable and cuts one that is none', () => {
    expect(shortMethod('OPTIONS')).toBe('OPTIONS');
    expect(shortMethod('X'.repeat(1000))).toBe(`${'X'.repeat(15)}…`);
  });
});

describe('a folded path', () => {
  test.each([
    ['/orders/12345', '/orders/:id'],
    ['/orders/7', '/orders/:id'],
    ['/orders/7/', '/orders/:id/'],
    ['/orders/7.json', '/orders/:id.json'],
    ['/orders/7,8,9', '/orders/:id'],
    ['/days/2026-11-22', '/days/:id'],
    ['/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/posts/5', '/users/:id/posts/:id'],
    ['/users/3F2504E04F8911D39A0C0305E82C3301', '/users/:id'],
    ['/mongo/507f1f77bcf86cd799439011', '/mongo/:id'],
    ['/ulid/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/ulid/:id'],
    ['/assets/main.8f3a2b1c.js', '/assets/main.:id.js'],
    ['/assets/chunk-8f3a2b1c.js', '/assets/chunk-:id.js'],
    ['/user-12345', '/user-:id'],
    ['12', ':id'],
  ])('makes %s %s', (path, folded) => {
    expect(foldPath(path)).toBe(folded);
  });

  test.each([
    '/',
    '//',
    '',
    '*',
    '/api/v1/status',
    '/api/v1.2/status',
    '/charset/utf-8',
    '/songs/a1.mp3',
    '/facade/deadbeef',
    '/a/internationalization',
    '/<script>alert(document.cookie)</script>',
  ])('keeps the names in %j', (path) => {
    expect(foldPath(path)).toBe(path);
  });

  test('is cut at 160 characters', () => {
    expect(foldPath(`/${'a'.repeat(511)}`)).toHaveLength(160);
    expect(foldPath('/1'.repeat(256))).toHaveLength(160);
  });
});
