/** A manifest as plain data: what `toJS` of the YAML library gives, read with care. */
export type Tree = null | undefined | string | number | boolean | readonly Tree[] | { readonly [key: string]: Tree };

/** The value at `path`; undefined where the path ends early. */
export function valueAt(tree: Tree, ...path: readonly (string | number)[]): Tree {
  let value: Tree = tree;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, Tree>>)[part];
  }
  return value;
}

/** The string at `path`, if it is one. */
export function textOf(tree: Tree, ...path: readonly (string | number)[]): string | undefined {
  const value = valueAt(tree, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The list at `path`; empty where there is none. */
export function listOf(tree: Tree, ...path: readonly (string | number)[]): readonly Tree[] {
  const value = valueAt(tree, ...path);
  return Array.isArray(value) ? (value as readonly Tree[]) : [];
}

/** Keys and values of the mapping (or indices and items of the list) at `path`; empty where there is none. */
export function entries(tree: Tree, ...path: readonly (string | number)[]): readonly (readonly [string, Tree])[] {
  const value = valueAt(tree, ...path);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
