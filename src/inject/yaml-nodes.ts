import { isCollection, isMap, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Source } from './source';

/** Positions of YAML nodes in the source text. */

/** A pair of a map, with the types that the parser produces. */
export type NodePair = Pair<Node, Node | null>;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Returns the start and the end of a node's own text, without an anchor or tag before it and comments after it. */
export function span(node: Node): Span {
  if (!node.range) throw new Error('a parsed node has no range');
  return { start: node.range[0], end: node.range[1] };
}

/** Returns the pairs of a map. */
export const pairsOf = (map: YAMLMap): readonly NodePair[] => map.items as unknown as readonly NodePair[];

/** Finds the pair of `map` with this key, if the map itself contains it. */
export const pairOf = (map: YAMLMap, key: string): NodePair | undefined =>
  pairsOf(map).find((pair) => isScalar(pair.key) && pair.key.value === key);

/** Returns the last offset at which `node` has content; comments after it do not count. */
export function contentEnd(node: Node): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0) {
    const last: unknown = node.items.at(-1);
    return isMap(node) ? pairEnd(last as NodePair) : contentEnd(last as Node);
  }
  return span(node).end;
}

/** Returns the end of a pair's value, or of its key if it has no value. */
export function pairEnd(pair: NodePair): number {
  const keyEnd = span(pair.key).end;
  return pair.value ? Math.max(keyEnd, contentEnd(pair.value)) : keyEnd;
}

/** Lists the start and the end of each element of a collection. */
export function elementSpans(collection: YAMLMap | YAMLSeq): readonly Span[] {
  if (!isMap(collection)) return (collection.items as Node[]).map((item) => ({ ...span(item), end: contentEnd(item) }));
  return pairsOf(collection).map((pair) => ({ start: span(pair.key).start, end: pairEnd(pair) }));
}

/** Finds the dash of item `index` of a block sequence. Only white space and comments can precede it. */
export function dashOf(source: Source, list: YAMLSeq, index: number): number {
  const before = index === 0 ? undefined : (list.items[index - 1] as Node);
  const from = before ? contentEnd(before) : span(list).start;
  const gap = /(?:\s+|#[^\n]*)*/y;
  gap.lastIndex = from;
  gap.exec(source.text);
  return gap.lastIndex;
}
