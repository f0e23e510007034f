/**
 * A manifest as plain data. Any key can occur in it (`__proto__`, `constructor`): read members with the functions
 * below.
 */
export type Tree = null | undefined | string | number | boolean | readonly Tree[] | Mapping;

/** A mapping as plain data. */
export interface Mapping {
  readonly [key: string]: Tree;
}

/** Keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

/** Returns the value at `path`, or `undefined` if the path ends early. */
export function valueAt(tree: Tree, ...path: Path): Tree {
  let value: Tree = tree;
  for (const part of path)
    value = isCollection(value) && Object.hasOwn(value, part) ? memberOf(value, part) : undefined;
  return value;
}

const memberOf = (value: object, part: string | number): Tree =>
  (value as Readonly<Record<string | number, Tree>>)[part];

/** Whether a value is a list or a mapping. */
export const isCollection = (tree: Tree): tree is readonly Tree[] | Mapping =>
  typeof tree === 'object' && tree !== null;

/** Whether a value is a list. */
export const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

/** Returns the string at `path`, or `undefined` if there is none. */
export function textOf(tree: Tree, ...path: Path): string | undefined {
  const value = valueAt(tree, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** Returns the list at `path`; it is empty if there is none. */
export function listOf(tree: Tree, ...path: Path): readonly Tree[] {
  const value = valueAt(tree, ...path);
  return isList(value) ? value : [];
}

/** Lists the keys and values of the mapping (or indices and items of the list) at `path`; empty if there is none. */
export function entries(tree: Tree, ...path: Path): readonly (readonly [string, Tree])[] {
  const value = valueAt(tree, ...path);
  return isCollection(value) ? Object.entries(value) : [];
}

/** Formats a path for messages: `spec.ports[0].targetPort`. */
export const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
