import { isMap, isScalar, isSeq, stringify, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Edit, type Splice } from './edits';
import { type Place } from './places';
import { Problem } from './problem';
import {
  afterContent,
  columnOf,
  indent,
  lineIndent,
  opensLine,
  pastOwnComments,
  type Source,
  startsLine,
} from './source';
import { type Tree } from './tree';
import { contentEnd, elementSpans, pairEnd, pairOf, pairsOf, span } from './yaml-nodes';

/**
 * Insertions into a manifest as text: whole lines in block style, JSON in flow style (and therefore in JSON documents).
 */

/**
 * The text in place of a collection before the collection was created: '' if the key was missing, else an explicit
 * null.
 */
export const BEFORE = ['', '~', 'null', 'Null', 'NULL'] as const;
export type Before = (typeof BEFORE)[number];

export interface Insertion {
  readonly edit: Edit;
  /** Set if the collection itself was created. It is removed together with its last element. */
  readonly made?: Before;
}

/** Adds `item` to the sequence at `map.key`. Creates the sequence after the pair `after` if it does not exist. */
export function addItem(source: Source, map: Place, key: string, item: Tree, after: string): Insertion {
  const value = pairOf(map.node, key)?.value;
  if (!value || !isSeq(value) || (value.items.length === 0 && value.flow !== true)) {
    return addCollection(source, map, { key, value: [item], after });
  }
  const style = { indentSeq: indentsLists(source, map.node) };
  const splice = value.flow === true ? intoFlow(source, value, item) : afterItems(source, value, block([item], style));
  return { edit: { ...splice, path: [...map.path, key, value.items.length], to: item } };
}

/** Adds `key: value` to the mapping at `map.under`. Creates that mapping at the end of `map` if it does not exist. */
export function addEntry(source: Source, map: Place, under: string, key: string, value: string): Insertion {
  const inner = pairOf(map.node, under)?.value;
  if (inner && isMap(inner) && (inner.items.length > 0 || inner.flow === true)) {
    return { edit: addPair(source, { ...map, node: inner, path: [...map.path, under] }, key, value) };
  }
  return addCollection(source, map, { key: under, value: { [key]: value } });
}

/**
 * Adds a pair to a mapping that is not empty or is in flow style. The pair is placed after the pair `after`, or at the
 * end.
 */
export function addPair(source: Source, { node: map, path }: Place, key: string, value: Tree, after?: string): Edit {
  const change = { path: [...path, key], to: value };
  const last = pairsOf(map).at(-1);
  if (map.flow === true || !last) return { ...intoFlow(source, map, value, `${JSON.stringify(key)}: `), ...change };
  const neighbour = (after === undefined ? undefined : pairOf(map, after)) ?? last;
  const text = block({ [key]: value }, { indentSeq: indentsLists(source, map) });
  return { ...lines(source, pairEnd(neighbour), keyColumn(source, map), text), ...change };
}

/** The column of a block mapping's keys. */
const keyColumn = (source: Source, map: YAMLMap): number => columnOf(source, span(map).start);

/**
 * Whether lists are indented deeper than their key, as in most handwritten files, or aligned with it, as kubectl prints
 * them.
 */
const indentsLists = (source: Source, map: YAMLMap): boolean =>
  pairsOf(map).every(
    ({ value }) => !isSeq(value) || value.flow === true || columnOf(source, span(value).start) > keyColumn(source, map),
  );

interface Collection {
  readonly key: string;
  readonly value: Tree;
  readonly after?: string;
}

function addCollection(source: Source, map: Place, { key, value, after }: Collection): Insertion {
  const pair = pairOf(map.node, key);
  if (!pair) return { edit: addPair(source, map, key, value, after), made: '' };
  const says = `${map.what}: ${key}`;
  if (pair.value && !isNull(pair.value)) throw new Problem(`${says} is not a list, not a mapping and not empty`);
  const { start, end } = pair.value ? span(pair.value) : { start: 0, end: 0 };
  const change = { path: [...map.path, key], to: value };
  if (end > start) {
    const made = BEFORE.find((text) => text === source.text.slice(start, end));
    if (made === undefined || pair.value?.tag !== undefined) throw new Problem(`${says} has a tag; remove the tag`);
    return { edit: { start, end, text: JSON.stringify(value), ...change }, made };
  }
  if (map.node.flow === true) throw new Problem(`${says} has no value; write [] or {} there, or remove the key`);
  const indentSeq = indentsLists(source, map.node);
  const deeper = Array.isArray(value) && !indentSeq ? 0 : 2;
  const text = block(value, { indentSeq });
  return { edit: { ...lines(source, pairEnd(pair), keyColumn(source, map.node), text, deeper), ...change } };
}

const isNull = (node: Node): node is Scalar => isScalar(node) && node.value === null;

const afterItems = (source: Source, list: YAMLSeq, text: string): Splice =>
  lines(source, contentEnd(list), columnOf(source, span(list).start), text);

/**
 * Inserts whole lines after the line that contains `end`, and after the comments that belong to the element on that
 * line.
 */
function lines(source: Source, end: number, column: number, text: string, deeper = 0): Splice {
  const at = pastOwnComments(source, afterContent(source, end), column);
  const body = indent(text, column + deeper, source.lineEnd);
  const isClosed = at === 0 || startsLine(source, at);
  return { start: at, end: at, text: isClosed ? body + source.lineEnd : source.lineEnd + body };
}

/** Inserts after the last element of a flow collection, with the same spacing as between its neighbours. */
function intoFlow(source: Source, collection: YAMLMap | YAMLSeq, value: Tree, key = ''): Splice {
  const elements = elementSpans(collection);
  const last = elements.at(-1);
  if (!last) {
    const at = span(collection).start + 1;
    return { start: at, end: at, text: key + JSON.stringify(value) };
  }
  const isAlone = opensLine(source, last.start);
  const text = isAlone ? spread(source, collection, last.start, value) : JSON.stringify(value);
  const previous = elements.at(-2);
  const gap = previous && source.text.slice(previous.end, last.start);
  const separator = isAlone ? `,${source.lineEnd}${lineIndent(source, last.start)}` : ', ';
  const between = gap !== undefined && /^,[ \t\r\n]*$/.test(gap) ? gap : separator;
  return { start: last.end, end: last.end, text: between + key + text };
}

/** Prints JSON on several lines, indented like the neighbouring elements. */
function spread(source: Source, collection: Node, elementStart: number, value: Tree): string {
  const margin = lineIndent(source, elementStart);
  const step = margin.length - lineIndent(source, span(collection).start).length;
  return JSON.stringify(value, null, Math.max(step, 0)).replaceAll('\n', source.lineEnd + margin);
}

const PRINTED = new Map<string, string>();

/**
 * Prints a value in block style. Results are cached, because most workloads of a stream get the same container and
 * record.
 */
function block(value: Tree, style: { readonly indentSeq: boolean }): string {
  const key = JSON.stringify([value, style]);
  const printed =
    PRINTED.get(key) ?? stringify(value, { ...style, lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
  PRINTED.set(key, printed);
  return printed;
}
