import { isCollection, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Edit } from './edits';
import { type Before, elementSpans } from './insert';
import { afterContent, lineStart, opensLine } from './lines';
import { pairEnd, pairOf, pairsOf, span } from './nodes';

/** The exact opposites of the insertions. */

/** Takes item `index` out of the sequence at `map.key`, and the sequence too when it was `made` for that item and is now empty. */
export function deleteItem(source: string, map: YAMLMap, key: string, index: number, made: Before | undefined): Edit {
  const list = pairOf(map, key)?.value;
  if (!isSeq(list)) throw new Error(`${key} is not a list`);
  if (made !== undefined && list.items.length === 1) return unmake(source, map, key, made);
  if (list.flow === true) return outOfFlow(list, index);
  const element = elementSpans(list)[index];
  if (!element) throw new Error(`${key} has no item ${index}`);
  return wholeLines(source, source.lastIndexOf('-', element.start - 1), element.end);
}

/** Takes `key` out of the mapping at `map.under`, and the mapping too when it was `made` for that key and is now empty. */
export function deleteEntry(source: string, map: YAMLMap, under: string, key: string, made: Before | undefined): Edit {
  const inner = pairOf(map, under)?.value;
  if (!isMap(inner)) throw new Error(`${under} is not a mapping`);
  if (made !== undefined && inner.items.length === 1) return unmake(source, map, under, made);
  return deletePair(source, inner, key);
}

/** Takes the pair `key` out of a mapping. */
export function deletePair(source: string, map: YAMLMap, key: string): Edit {
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

function unmake(source: string, map: YAMLMap, key: string, made: Before): Edit {
  const value = pairOf(map, key)?.value;
  // An explicit null was filled in flow style. Block style is what a server prints, and a server has dropped the null.
  if (made === '' || !isCollection(value) || value.flow !== true) return deletePair(source, map, key);
  return { ...span(value), text: made };
}

function wholeLines(source: string, start: number, contentEndsAt: number): Edit {
  const from = lineStart(source, start);
  const end = afterContent(source, contentEndsAt);
  if (end < source.length || source.endsWith('\n')) return { start: from, end, text: '' };
  const lineEnd = source[from - 2] === '\r' ? 2 : 1;
  return { start: Math.max(0, from - lineEnd), end, text: '' };
}

function outOfFlow(collection: YAMLMap | YAMLSeq, index: number): Edit {
  const elements = elementSpans(collection);
  const own = elements[index];
  if (!own) throw new Error(`there is no element ${index}`);
  const before = elements[index - 1];
  const after = elements[index + 1];
  if (before) return { start: before.end, end: own.end, text: '' };
  return { start: own.start, end: after?.start ?? own.end, text: '' };
}
