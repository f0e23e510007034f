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

/** Additions to a manifest as text: whole lines in block style, JSON in flow style (and so in JSON itself). */

/** What stood where a collection was made: '' for no such key, else the text of an explicit null. */
export const BEFORE = ['', '~', 'null', 'Null', 'NULL'] as const;
export type Before = (typeof BEFORE)[number];

export interface Insertion {
  readonly edit: Edit;
  /** Set when the collection itself was made; it is removed with its last element. */
  readonly made?: Before;
}

/** Adds `item` to the sequence at `map.key`. Makes the sequence after the pair `after` if there is none. */
export function addItem(source: Source, map: Place, key: string, item: Tree, after: string): Insertion {
  const value = pairOf(map.node, key)?.value;
  if (!value || !isSeq(value) || (value.items.length === 0 && value.flow !== true)) {
    return addCollection(source, map, { key, value: [item], after });
  }
  const style = { indentSeq: indentsLists(source, map.node) };
  const splice = value.flow === true ? intoFlow(source, value, item) : afterItems(source, value, block([item], style));
  return { edit: { ...splice, path: [...map.path, key, value.items.length], to: item } };
}

/** Adds `key: value` to the mapping at `map.under`. Makes that mapping at the end of `map` if there is none. */
export function addEntry(source: Source, map: Place, under: string, key: string, value: string): Insertion {
  const inner = pairOf(map.node, under)?.value;
  if (inner && isMap(inner) && (inner.items.length > 0 || inner.flow === true)) {
    return { edit: addPair(source, { ...map, node: inner, path: [...map.path, under] }, key, value) };
  }
  return addCollection(source, map, { key: under, value: { [key]: value } });
}

/** Adds a pair to a mapping that has one already, or is in flow style: after the pair `after`, else at the end. */
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

/** Whether lists stand deeper than their key here, as people mostly write them, or at its column, as kubectl prints them. */
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
  if (pair.value && !isNull(pair.value)) throw new Problem(`${says} is neither a list nor a mapping nor empty`);
  const { start, end } = pair.value ? span(pair.value) : { start: 0, end: 0 };
  const change = { path: [...map.path, key], to: value };
  if (end > start) {
    const made = BEFORE.find((text) => text === source.text.slice(start, end));
    if (made === undefined || pair.value?.tag !== undefined) throw new Problem(`${says} has a tag; leave the tag out`);
    return { edit: { start, end, text: JSON.stringify(value), ...change }, made };
  }
  if (map.node.flow === true) throw new Problem(`${says} has no value; write [] or {} there, or leave it out`);
  const indentSeq = indentsLists(source, map.node);
  const deeper = Array.isArray(value) && !indentSeq ? 0 : 2;
  const text = block(value, { indentSeq });
  return { edit: { ...lines(source, pairEnd(pair), keyColumn(source, map.node), text, deeper), ...change } };
}

const isNull = (node: Node): node is Scalar => isScalar(node) && node.value === null;

const afterItems = (source: Source, list: YAMLSeq, text: string): Splice =>
  lines(source, contentEnd(list), columnOf(source, span(list).start), text);

/** Whole lines after the line that `end` is on, and after comments that belong to that line's element. */
function lines(source: Source, end: number, column: number, text: string, deeper = 0): Splice {
  const at = pastOwnComments(source, afterContent(source, end), column);
  const body = indent(text, column + deeper, source.lineEnd);
  const isClosed = at === 0 || startsLine(source, at);
  return { start: at, end: at, text: isClosed ? body + source.lineEnd : source.lineEnd + body };
}

/** After the last element of a flow collection, spaced like its neighbours. */
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

/** JSON over several lines, indented as the elements around it are. */
function spread(source: Source, collection: Node, elementStart: number, value: Tree): string {
  const margin = lineIndent(source, elementStart);
  const step = margin.length - lineIndent(source, span(collection).start).length;
  return JSON.stringify(value, null, Math.max(step, 0)).replaceAll('\n', source.lineEnd + margin);
}

const PRINTED = new Map<string, string>();

/** Prints a value in block style. Most workloads of a stream get the same container and record: each is printed once. */
function block(value: Tree, style: { readonly indentSeq: boolean }): string {
  const key = JSON.stringify([value, style]);
  const printed =
    PRINTED.get(key) ?? stringify(value, { ...style, lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
  PRINTED.set(key, printed);
  return printed;
}
