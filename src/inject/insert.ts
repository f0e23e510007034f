import { isMap, isScalar, isSeq, stringify, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Edit } from './edits';
import { afterContent, columnOf, indent, lineEndOf, lineIndent, opensLine, pastOwnComments } from './lines';
import { contentEnd, pairEnd, pairOf, pairsOf, span } from './nodes';
import { Problem } from './problem';

/** Additions to a manifest as text: whole lines in block style, JSON in flow style (and so in JSON itself). */

/** What stood where a collection was made: '' for no such key at all, else the source of an explicit null. */
export type Before = string;

export interface Insertion {
  readonly edit: Edit;
  /** Set when the collection itself had to be made; it goes away again with its last element. */
  readonly made?: Before;
}

/** Adds `item` to the sequence at `map.key`, making the sequence after the pair `after` where there is none. */
export function addItem(source: string, map: YAMLMap, key: string, item: unknown, after: string): Insertion {
  const pair = pairOf(map, key);
  const value = pair?.value;
  if (pair && value && isSeq(value) && (value.items.length > 0 || value.flow === true)) {
    const style = { indentSeq: indentsLists(source, map) };
    return {
      edit: value.flow === true ? intoFlow(source, value, item) : afterItems(source, value, block([item], style)),
    };
  }
  return addCollection(source, map, { key, value: [item], after });
}

/** Adds `key: value` to the mapping at `map.under`, making that mapping at the end of `map` where there is none. */
export function addEntry(source: string, map: YAMLMap, under: string, key: string, value: string): Insertion {
  const inner = pairOf(map, under)?.value;
  if (inner && isMap(inner) && (inner.items.length > 0 || inner.flow === true)) {
    return { edit: addPair(source, inner, key, value) };
  }
  return addCollection(source, map, { key: under, value: { [key]: value } });
}

/** Adds a pair to a mapping that has at least one already, or is in flow style: after the pair `after`, else at the end. */
export function addPair(source: string, map: YAMLMap, key: string, value: unknown, after?: string): Edit {
  const last = pairsOf(map).at(-1);
  if (map.flow === true || !last) return intoFlow(source, map, value, `${JSON.stringify(key)}: `);
  const neighbour = (after === undefined ? undefined : pairOf(map, after)) ?? last;
  const text = block({ [key]: value }, { indentSeq: indentsLists(source, map) });
  return lines(source, pairEnd(neighbour), keyColumn(source, map), text);
}

/** The column of a block mapping's keys. */
const keyColumn = (source: string, map: YAMLMap): number => columnOf(source, span(map).start);

/** Whether lists stand deeper than their key here, as they mostly do by hand, or at its column, as kubectl prints them. */
const indentsLists = (source: string, map: YAMLMap): boolean =>
  pairsOf(map).every(
    ({ value }) => !isSeq(value) || value.flow === true || columnOf(source, span(value).start) > keyColumn(source, map),
  );

interface Collection {
  readonly key: string;
  readonly value: unknown;
  readonly after?: string;
}

function addCollection(source: string, map: YAMLMap, { key, value, after }: Collection): Insertion {
  const pair = pairOf(map, key);
  if (!pair) return { edit: addPair(source, map, key, value, after), made: '' };
  if (pair.value && !isNull(pair.value)) throw new Problem(`${key} is neither a list nor a mapping nor empty`);
  const { start, end } = pair.value ? span(pair.value) : { start: 0, end: 0 };
  if (end > start) return { edit: { start, end, text: JSON.stringify(value) }, made: source.slice(start, end) };
  if (map.flow === true) throw new Problem(`${key} has no value; write [] or {} there, or leave it out`);
  const indentSeq = indentsLists(source, map);
  const deeper = Array.isArray(value) && !indentSeq ? 0 : 2;
  return { edit: lines(source, pairEnd(pair), keyColumn(source, map), block(value, { indentSeq }), deeper) };
}

const isNull = (node: Node): node is Scalar => isScalar(node) && node.value === null;

const afterItems = (source: string, list: YAMLSeq, text: string): Edit =>
  lines(source, contentEnd(list), columnOf(source, span(list).start), text);

/** Whole lines after the line that `end` is on, and after comments that belong to that line's element. */
function lines(source: string, end: number, column: number, text: string, deeper = 0): Edit {
  const lineEnd = lineEndOf(source);
  const at = pastOwnComments(source, afterContent(source, end), column);
  const body = indent(text, column + deeper, lineEnd);
  const closed = at === 0 || source[at - 1] === '\n';
  return { start: at, end: at, text: closed ? body + lineEnd : lineEnd + body };
}

/** After the last element of a flow collection, spaced like its neighbours. */
function intoFlow(source: string, collection: YAMLMap | YAMLSeq, value: unknown, key = ''): Edit {
  const elements = elementSpans(collection);
  const last = elements.at(-1);
  if (!last) {
    const at = span(collection).start + 1;
    return { start: at, end: at, text: key + JSON.stringify(value) };
  }
  const text = opensLine(source, last.start) ? spread(source, collection, last.start, value) : JSON.stringify(value);
  const previous = elements.at(-2);
  const gap = previous && source.slice(previous.end, last.start);
  const alone = opensLine(source, last.start) ? `,${lineEndOf(source)}${lineIndent(source, last.start)}` : ', ';
  const separator = gap !== undefined && /^,\s*$/.test(gap) ? gap : alone;
  return { start: last.end, end: last.end, text: separator + key + text };
}

/** JSON over several lines, indented as the elements around it are. */
function spread(source: string, collection: Node, elementStart: number, value: unknown): string {
  const margin = lineIndent(source, elementStart);
  const step = margin.length - lineIndent(source, span(collection).start).length;
  return JSON.stringify(value, null, Math.max(step, 0)).replaceAll('\n', lineEndOf(source) + margin);
}

/** Start and end of each element of a collection. */
export function elementSpans(
  collection: YAMLMap | YAMLSeq,
): readonly { readonly start: number; readonly end: number }[] {
  if (!isMap(collection)) return (collection.items as Node[]).map((item) => ({ ...span(item), end: contentEnd(item) }));
  return pairsOf(collection).map((pair) => ({ start: span(pair.key).start, end: pairEnd(pair) }));
}

const block = (value: unknown, style: { readonly indentSeq: boolean }): string =>
  stringify(value, { ...style, lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
