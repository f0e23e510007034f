import { isAlias, isMap, isNode, isPair, isScalar, isSeq, visit, type Alias, type Node, type YAMLMap } from 'yaml';
import { Problem } from './problem';
import { lineNumber, type Source } from './source';
import { isCollection, isList, type Mapping, type Tree } from './tree';
import { type NodePair, pairsOf, span } from './yaml-nodes';

/** A document as plain data, with the aliases and merge keys that restrict edits. */
export interface Resolved {
  readonly value: Tree;
  /** Every node that an alias repeats, including nested nodes, with the name of its anchor. */
  readonly repeated: ReadonlyMap<Node, string>;
  /** The keys that a mapping inherits by a merge key (`<<`). */
  readonly merged: ReadonlyMap<YAMLMap, ReadonlySet<string>>;
}

/**
 * The maximum number of values that the aliases of one document may add. Nested aliases can expand to billions ("YAML
 * bomb"). An object in Kubernetes has at most 1.5 MiB, so even a List of hundreds of objects stays far below.
 */
const MAX_REPEATED = 1_000_000;

/**
 * Resolves the aliases, merge keys and scalars of a document in one pass. An alias returns the same object as its
 * anchor, so that the cost is linear in the length of the text. Throws a Problem for a duplicate key and for an alias
 * that cannot be resolved.
 */
export function resolve(contents: Node | null, number: number, source: Source): Resolved {
  const resolver = new Resolver(number, source);
  const value = contents === null ? null : resolver.resolve(contents);
  return { value, repeated: resolver.repeatedNodes(), merged: resolver.merged };
}

interface Anchor {
  readonly node: Node;
  readonly value: Tree;
  /** The number of values that an alias repeats; `undefined` while the anchored node is being resolved. */
  weight?: number;
}

/**
 * Holds the anchors that precede the current node. An alias refers to the last anchor with its name (YAML 1.2 §7.1).
 */
class Resolver {
  readonly merged = new Map<YAMLMap, ReadonlySet<string>>();
  readonly #number: number;
  readonly #source: Source;
  readonly #anchors = new Map<string, Anchor>();
  readonly #followed = new Map<Node, string>();
  #values = 0;
  #repeated = 0;

  constructor(number: number, source: Source) {
    this.#number = number;
    this.#source = source;
  }

  resolve(node: Node): Tree {
    if (isAlias(node)) return this.#follow(node).value;
    this.#values += 1;
    const begun = this.#values + this.#repeated;
    const value = isMap(node) ? {} : isSeq(node) ? [] : isScalar(node) ? scalarValue(node.value, node.source) : null;
    const anchor = this.#define(node, value);
    if (isMap(node)) this.#fillObject(node, value as Record<string, Tree>);
    else if (isSeq(node)) this.#fillList(node.items, value as Tree[]);
    if (anchor) anchor.weight = this.#values + this.#repeated - begun + 1;
    return value;
  }

  /** Returns all nodes that an alias repeats. Each node is visited once, even if anchors are nested. */
  repeatedNodes(): ReadonlyMap<Node, string> {
    const repeated = new Map<Node, string>();
    for (const [target, name] of this.#followed) {
      visit(target, {
        Node: (_key, node) => {
          if (repeated.has(node)) return visit.SKIP;
          repeated.set(node, name);
          return undefined;
        },
      });
    }
    return repeated;
  }

  #define(node: Exclude<Node, Alias>, value: Tree): Anchor | undefined {
    if (node.anchor === undefined) return undefined;
    const anchor: Anchor = { node, value };
    this.#anchors.set(node.anchor, anchor);
    return anchor;
  }

  #follow(alias: Alias): Anchor {
    const name = alias.source;
    const anchor = this.#anchors.get(name);
    if (!anchor)
      return this.#fail(
        alias,
        `the alias *${name} has no anchor &${name} before it; define the anchor or write the value out`,
      );
    if (anchor.weight === undefined) {
      return this.#fail(alias, `the alias *${name} is inside its own anchor &${name}; write the value out`);
    }
    this.#followed.set(anchor.node, name);
    this.#repeated += anchor.weight;
    if (this.#repeated > MAX_REPEATED) {
      return this.#fail(
        alias,
        `aliases like *${name} expand to more than ${MAX_REPEATED} values; remove that document or write it without aliases`,
      );
    }
    return anchor;
  }

  #fillList(items: readonly unknown[], list: Tree[]): void {
    // The items of !!pairs and !!omap (YAML 1.1) are pairs.
    for (const item of items) {
      if (isPair(item)) list.push(this.#object([item as NodePair]));
      else list.push(isNode(item) ? this.resolve(item) : null);
    }
  }

  #object(pairs: readonly NodePair[]): Tree {
    const object: Record<string, Tree> = {};
    this.#fillPairs(pairs, object);
    return object;
  }

  #fillObject(map: YAMLMap, object: Record<string, Tree>): void {
    const merges = this.#fillPairs(pairsOf(map), object);
    if (merges.length === 0) return;
    const added = new Set<string>();
    // A key of the mapping itself has priority, then a key of the first merged mapping
    // (https://yaml.org/type/merge.html).
    for (const [key, value] of merges.flatMap((merge) => Object.entries(merge))) {
      if (Object.hasOwn(object, key)) continue;
      setMember(object, key, value);
      added.add(key);
    }
    this.merged.set(map, added);
  }

  /** Adds the pairs to `object` and returns the mappings that its merge keys refer to. */
  #fillPairs(pairs: readonly NodePair[], object: Record<string, Tree>): readonly Mapping[] {
    const merges: Mapping[] = [];
    for (const pair of pairs) {
      if (isMergeKey(pair.key)) {
        for (const merged of this.#mergedMaps(pair)) merges.push(merged);
        continue;
      }
      const key = this.#keyText(pair.key);
      if (Object.hasOwn(object, key)) this.#refuseDuplicate(pairs, pair, key);
      setMember(object, key, pair.value ? this.resolve(pair.value) : null);
    }
    return merges;
  }

  #mergedMaps({ key, value }: NodePair): readonly Mapping[] {
    const merged = value ? this.resolve(value) : null;
    return (isList(merged) ? merged : [merged]).map((one) =>
      isCollection(one) && !isList(one)
        ? one
        : this.#fail(key, 'the merge key << needs a mapping or a list of mappings; write the keys out'),
    );
  }

  /** Converts a key to text as JSON does; a list or mapping as a key is represented by its source text. */
  #keyText(node: Node): string {
    const key = this.resolve(node);
    if (typeof key !== 'object' || key === null) return String(key);
    const { start, end } = span(node);
    return this.#source.text.slice(start, end);
  }

  #refuseDuplicate(pairs: readonly NodePair[], second: NodePair, key: string): never {
    const first = pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
    const where = first && first !== second ? ` (first in line ${this.#line(first.key)})` : '';
    return this.#fail(
      second.key,
      `the key ${JSON.stringify(key)} occurs twice in one mapping${where}; remove one of them`,
    );
  }

  #line = (node: Node): number => lineNumber(this.#source, span(node).start);

  #fail(node: Node, says: string): never {
    throw new Problem(`document ${this.#number}, line ${this.#line(node)}: ${says}`);
  }
}

/** Adds a member to an object. An assignment to `__proto__` would set the prototype instead. */
function setMember(object: Record<string, Tree>, key: string, value: Tree): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether a key is a merge key. The parser gives a merge key a symbol as its value; a quoted "<<" is a normal key. */
const isMergeKey = (key: Node): boolean => isScalar(key) && typeof key.value === 'symbol';

/**
 * Converts a scalar. Values that JSON does not have (dates and binary of YAML 1.1, large integers) become their source
 * text.
 */
function scalarValue(value: unknown, text: string | undefined): Tree {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return text ?? null;
}
