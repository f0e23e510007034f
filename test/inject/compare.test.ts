import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstDifference } from '../../src/inject/compare';
import { type Change } from '../../src/inject/edits';
import { isList, type Path, type Tree } from '../../src/inject/tree';

const BEFORE: Tree = { a: { b: [1, 2, 3], c: 'x' }, d: null };

describe('two trees', () => {
  test.each<[string, Tree, readonly Change[]]>([
    ['nothing', BEFORE, []],
    ['a value', { a: { b: [1, 2, 3], c: 'y' }, d: null }, [{ path: ['a', 'c'], to: 'y' }]],
    ['a new key', { ...BEFORE, e: { f: 1 } }, [{ path: ['e'], to: { f: 1 } }]],
    ['a key that goes', { a: { b: [1, 2, 3] }, d: null }, [{ path: ['a', 'c'], to: undefined }]],
    ['an item at the end', { a: { b: [1, 2, 3, 4], c: 'x' }, d: null }, [{ path: ['a', 'b', 3], to: 4 }]],
    ['an item that goes', { a: { b: [1, 3], c: 'x' }, d: null }, [{ path: ['a', 'b', 1], to: undefined }]],
    [
      'items that go, change and come',
      { a: { b: [7, 3, 4], c: 'x' }, d: null },
      [
        { path: ['a', 'b', 0], to: undefined },
        { path: ['a', 'b', 1], to: 7 },
        { path: ['a', 'b', 3], to: 4 },
      ],
    ],
    ['null that becomes a list', { a: { b: [1, 2, 3], c: 'x' }, d: [1] }, [{ path: ['d'], to: [1] }]],
  ])('are alike up to an intended change: %s', (_what, after, changes) => {
    expect(firstDifference(BEFORE, after, changes)).toBeUndefined();
  });

  test.each<[string, Tree, readonly Change[], Path]>([
    ['a value', { a: { b: [1, 2, 3], c: 'y' }, d: null }, [], ['a', 'c']],
    ['an item', { a: { b: [1, 9, 3], c: 'x' }, d: null }, [], ['a', 'b', 1]],
    ['one item more', { a: { b: [1, 2, 3, 4], c: 'x' }, d: null }, [], ['a', 'b', 3]],
    ['one item less', { a: { b: [1, 2], c: 'x' }, d: null }, [], ['a', 'b', 2]],
    ['one key more', { ...BEFORE, e: undefined }, [], ['e']],
    ['one key less', { a: { b: [1, 2, 3], c: 'x' } }, [], ['d']],
    ['a number that was text', { a: { b: ['1', 2, 3], c: 'x' }, d: null }, [], ['a', 'b', 0]],
    ['a list that was a mapping', { a: [1], d: null }, [], ['a']],
    ['a mapping that was a list', { a: { b: { 0: 1, 1: 2, 2: 3 }, c: 'x' }, d: null }, [], ['a', 'b']],
    ['a change that did not happen', BEFORE, [{ path: ['a', 'c'], to: 'y' }], ['a', 'c']],
    ['a key that did not go', BEFORE, [{ path: ['a', 'c'], to: undefined }], ['a', 'c']],
    ['a change to another value', { ...BEFORE, d: 2 }, [{ path: ['d'], to: 1 }], ['d']],
    ['a change below a value that has nothing below it', BEFORE, [{ path: ['a', 'c', 'x'], to: 1 }], ['a', 'c']],
    ['the removal of what is not there', BEFORE, [{ path: ['e'], to: undefined }], ['e']],
  ])('differ by %s', (_what, after, changes, path) => {
    expect(firstDifference(BEFORE, after, changes)).toEqual(path);
  });

  test('differ in a member __proto__, which is data like any other', () => {
    const [before, after] = ['{"__proto__": {"a": 1}}', '{"__proto__": {"a": 2}}'].map(
      (text) => JSON.parse(text) as Tree,
    );
    expect(firstDifference(before, after, [])).toEqual(['__proto__', 'a']);
    expect(firstDifference(before, {}, [])).toEqual(['__proto__']);
  });

  test('are compared in linear time where a tree repeats its parts', () => {
    const bomb = (leaf: Tree): Tree => Array.from({ length: 60 }).reduce<Tree>((inner) => [inner, inner], leaf);
    expect(firstDifference(bomb(1), bomb(1), [])).toBeUndefined();
    expect(firstDifference(bomb(1), bomb(2), [])).toHaveLength(60);
  });

  test('cannot be compared with two changes of one place', () => {
    const twice = [1, 2].map((to) => ({ path: ['d'], to }));
    expect(() => firstDifference(BEFORE, BEFORE, twice)).toThrow(/two changes of d/);
  });
});

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Tree>(null, true, 0, 1, '', 'x', '__proto__'),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'constructor', '0'), tie('tree'), { maxKeys: 4 }),
  ),
})).tree;

/** Every path in a tree. */
const pathsOf = (value: Tree): readonly Path[] =>
  typeof value !== 'object' || value === null
    ? [[]]
    : [
        [],
        ...Object.entries(value).flatMap(([key, inner]: [string, Tree]) =>
          pathsOf(inner).map((path) => [isList(value) ? Number(key) : key, ...path]),
        ),
      ];

/** The tree with another value at a path. */
function changed(value: Tree, [part, ...rest]: Path, to: Tree): Tree {
  if (part === undefined) return to;
  if (isList(value)) return value.map((item, index) => (index === part ? changed(item, rest, to) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]: [string, Tree]) => [
      key,
      key === part ? changed(inner, rest, to) : inner,
    ]),
  );
}

test('Any one change of any tree is found, and is the only difference when it is intended', () => {
  fc.assert(
    fc.property(tree, fc.nat(), (before, pick) => {
      const paths = pathsOf(before);
      const path = paths[pick % paths.length] ?? [];
      const after = changed(before, path, 'changed');
      expect(firstDifference(before, after, [])).toEqual(path);
      expect(firstDifference(before, after, [{ path, to: 'changed' }])).toBeUndefined();
    }),
  );
});
