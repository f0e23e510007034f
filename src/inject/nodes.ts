import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { Problem } from './problem';

/** How YAML nodes are found and how far they reach in the source text. */

type Part = string | number;

/** A pair of a map as the parser gives it. */
export type NodePair = Pair<Node, Node | null>;

/** Start and end of a node's own text, without what trails it. */
export function span(node: Node): { readonly start: number; readonly end: number } {
  if (!node.range) throw new Error('a parsed node has no range');
  return { start: node.range[0], end: node.range[1] };
}

/** The pair of `map` with this key, written in the map itself. */
export const pairOf = (map: YAMLMap, key: string): NodePair | undefined =>
  pairsOf(map).find((pair) => isScalar(pair.key) && pair.key.value === key);

/** The pairs of a map. */
export const pairsOf = (map: YAMLMap): readonly NodePair[] => map.items as unknown as readonly NodePair[];

/** The last offset at which `node` still has content of its own: comments after it do not count. */
export function contentEnd(node: Node): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0) {
    const last: unknown = node.items.at(-1);
    return isMap(node) ? pairEnd(last as NodePair) : contentEnd(last as Node);
  }
  return span(node).end;
}

/** Where the value of a pair ends, or its key when it has none. */
export function pairEnd(pair: NodePair): number {
  const keyEnd = span(pair.key).end;
  return pair.value ? Math.max(keyEnd, contentEnd(pair.value)) : keyEnd;
}

/** The node at `path` below `from`; undefined where the path ends early. Aliases on the way cannot be edited, so they are a problem. */
export function nodeAt(from: Node, path: readonly Part[], what: string): Node | undefined {
  let node: Node | undefined = from;
  for (const part of path) {
    if (node === undefined) return undefined;
    node = child(node, part, what);
  }
  return node;
}

function child(node: Node, part: Part, what: string): Node | undefined {
  if (isSeq(node)) return noAlias(node.items[Number(part)] as Node | undefined, what);
  if (!isMap(node)) return undefined;
  const pair = pairOf(node, String(part));
  if (pair) return noAlias(pair.value ?? undefined, what);
  if (pairOf(node, '<<')) {
    throw new Problem(`${what} takes part of itself from another place by a merge key (<<); write it out first`);
  }
  return undefined;
}

function noAlias(node: Node | undefined, what: string): Node | undefined {
  if (node && isAlias(node)) throw new Problem(`${what} is written by an alias (*${node.source}); write it out first`);
  return node;
}

/** The map at `path`, which the manifest must have. */
export function mapAt(from: Node, path: readonly Part[], what: string): YAMLMap {
  const node = nodeAt(from, path, what);
  if (!node || !isMap(node)) throw new Problem(`${what}: ${path.join('.')} is not a mapping`);
  return node;
}

/** The scalar at `path`, if there is one. */
export function scalarAt(from: Node, path: readonly Part[], what: string): Scalar | undefined {
  const node = nodeAt(from, path, what);
  return node && isScalar(node) ? node : undefined;
}

/** Refuses an edit of `target` when it stands inside an anchored node that an alias repeats: it would change both places. */
export function refuseShared(document: Document, target: Node, what: string): void {
  const repeated = new Set<string>();
  visit(document, { Alias: (_key, alias) => void repeated.add(alias.source) });
  if (repeated.size === 0) return;
  visit(document, (_key, node, path) => {
    if (node !== target) return undefined;
    for (const around of [...path, node]) {
      if (isCollection(around) || isScalar(around)) refuseAnchor(around.anchor, repeated, what);
    }
    return visit.BREAK;
  });
}

function refuseAnchor(anchor: string | undefined, repeated: ReadonlySet<string>, what: string): void {
  if (anchor !== undefined && repeated.has(anchor)) {
    throw new Problem(`${what} is repeated elsewhere by an alias (*${anchor}); write it out first`);
  }
}
