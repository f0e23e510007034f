import { isCollection, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Edit, type Splice } from './edits';
import { type Before } from './insert';
import { type Place } from './places';
import { afterContent, lineStart, opensLine, type Source } from './source';
import { dashOf, elementSpans, pairEnd, pairOf, pairsOf, span } from './yaml-nodes';

/** Deletions, each of which exactly reverses an insertion of `insert.ts`. */

/**
 * Removes item `index` from the sequence at `map.key`. Also removes the sequence if it was `made` for that item and is
 * now empty.
 */
export function deleteItem(source: Source, map: Place, key: string, index: number, made: Before | undefined): Edit {
  const list = pairOf(map.node, key)?.value;
  if (!isSeq(list)) throw new Error(`${key} is not a list`);
  if (made !== undefined && list.items.length === 1) return unmake(source, map, key, made);
  const splice = itemSplice(source, list, index);
  if (losesLast(list)) return { ...splice, path: [...map.path, key], to: null };
  return { ...splice, path: [...map.path, key, index], to: undefined };
}

/**
 * Removes `key` from the mapping at `map.under`. Also removes the mapping if it was `made` for that key and is now
 * empty.
 */
export function deleteEntry(source: Source, map: Place, under: string, key: string, made: Before | undefined): Edit {
  const inner = pairOf(map.node, under)?.value;
  if (!isMap(inner)) throw new Error(`${under} is not a mapping`);
  if (made !== undefined && inner.items.length === 1) return unmake(source, map, under, made);
  const edit = deletePair(source, { ...map, node: inner, path: [...map.path, under] }, key);
  return losesLast(inner) ? { ...edit, path: [...map.path, under], to: null } : edit;
}

/** Whether a collection becomes null without one of its elements: block style cannot express an empty collection. */
const losesLast = ({ items, flow }: YAMLMap | YAMLSeq): boolean => items.length === 1 && flow !== true;

/** Removes the pair `key` from a mapping. */
export function deletePair(source: Source, { node: map, path }: Place, key: string): Edit {
  return { ...pairSplice(source, map, key), path: [...path, key], to: undefined };
}

function unmake(source: Source, map: Place, key: string, made: Before): Edit {
  const value = pairOf(map.node, key)?.value;
  // An explicit null was replaced in flow style. Block style means that a server printed the manifest and dropped the
  // null.
  if (made === '' || !isCollection(value) || value.flow !== true) return deletePair(source, map, key);
  const text = map.document.isJson ? 'null' : made;
  return { ...span(value), text, path: [...map.path, key], to: null };
}

function itemSplice(source: Source, list: YAMLSeq, index: number): Splice {
  if (list.flow === true) return outOfFlow(list, index);
  const element = elementSpans(list)[index];
  if (!element) throw new Error(`the list has no item ${index}`);
  return wholeLines(source, dashOf(source, list, index), element.end);
}

function pairSplice(source: Source, map: YAMLMap, key: string): Splice {
  const pairs = pairsOf(map);
  const pair = pairOf(map, key);
  if (!pair) throw new Error(`there is no ${key}`);
  const index = pairs.indexOf(pair);
  if (map.flow === true) return outOfFlow(map, index);
  const { start } = span(pair.key);
  const next = pairs[index + 1];
  if (!opensLine(source, start) && next) return { start, end: span(next.key).start, text: '' };
  return wholeLines(source, start, pairEnd(pair));
}

const wholeLines = (source: Source, start: number, contentEndsAt: number): Splice => ({
  start: lineStart(source, start),
  end: afterContent(source, contentEndsAt),
  text: '',
});

function outOfFlow(collection: YAMLMap | YAMLSeq, index: number): Splice {
  const elements = elementSpans(collection);
  const own = elements[index];
  if (!own) throw new Error(`there is no element ${index}`);
  const before = elements[index - 1];
  const after = elements[index + 1];
  if (before) return { start: before.end, end: own.end, text: '' };
  return { start: own.start, end: after?.start ?? own.end, text: '' };
}
