import { parse, type Scalar } from 'yaml';
import { type Edit } from './edits';
import { span } from './nodes';
import { Problem } from './problem';

/** Plain words that a YAML 1.1 reader (kubectl's is one) takes for booleans or null. */
const NOT_PLAIN = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

/** Puts `value` where `node` stands, quoted as the old value was. */
export function replaceScalar(node: Scalar, value: string | number, isJson: boolean, what: string): Edit {
  if (node.type?.startsWith('BLOCK_') === true) throw new Problem(`${what} is a block of text; write it on one line`);
  return { ...span(node), text: written(node, value, isJson) };
}

function written(node: Scalar, value: string | number, isJson: boolean): string {
  if (typeof value === 'number') return String(value);
  if (node.type === 'QUOTE_SINGLE') return `'${value}'`;
  // In JSON a number has no quotes, and the name that takes its place needs them.
  return isJson || node.type === 'QUOTE_DOUBLE' || !isPlainWord(value) ? JSON.stringify(value) : value;
}

/** Whether the bare word would be read as a string by every YAML reader. */
export const isPlainWord = (word: string): boolean => !NOT_PLAIN.test(word);

/** The source of a scalar, as it is kept to be put back. */
export const rawOf = (source: string, node: Scalar): string => {
  const { start, end } = span(node);
  return source.slice(start, end);
};

/** What was kept, as it may stand in a text of this sort: JSON takes only JSON. */
export const rawInto = (isJson: boolean, raw: string): string => (isJson ? JSON.stringify(parse(raw)) : raw);
