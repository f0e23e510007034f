/**
 * Manifest text with the offsets of its lines. A line is found by binary search, so that an edit in a text without line
 * ends (JSON on one line) does not scan the whole text. Offsets are the same as in the YAML library.
 */
export interface Source {
  readonly text: string;
  readonly lineStarts: readonly number[];
  /** The line end of the first line; `\n` for a text of one line. */
  readonly lineEnd: '\n' | '\r\n';
}

export function readSource(text: string): Source {
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lineStarts.push(end + 1);
  const [, second = 0] = lineStarts;
  return { text, lineStarts, lineEnd: text[second - 2] === '\r' ? '\r\n' : '\n' };
}

/** Returns the number of the line that contains `at`, counted from 1. */
export function lineNumber({ lineStarts }: Source, at: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((lineStarts[middle] ?? Infinity) <= at) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Returns the offset of the first character of the line that contains `at`. */
export const lineStart = (source: Source, at: number): number => source.lineStarts[lineNumber(source, at) - 1] ?? 0;

/** Returns the offset after the line that contains `at`, or the end of the text. */
const nextLine = (source: Source, at: number): number =>
  source.lineStarts[lineNumber(source, at)] ?? source.text.length;

/**
 * Returns the start of the line after content that ends at `end`. The range of a block scalar already includes its line
 * end.
 */
export const afterContent = (source: Source, end: number): number =>
  startsLine(source, end) ? end : nextLine(source, end);

/** Whether a line end precedes `at`. */
export const startsLine = ({ text }: Source, at: number): boolean => at > 0 && text[at - 1] === '\n';

/** Returns the column of `at`, counted from 0. */
export const columnOf = (source: Source, at: number): number => at - lineStart(source, at);

/** Whether only white space precedes `at` on its line. */
export const opensLine = (source: Source, at: number): boolean =>
  source.text.slice(lineStart(source, at), at).trim() === '';

/** Skips the comment lines at `from` that are indented deeper than `column`: they belong to the element above them. */
export function pastOwnComments(source: Source, from: number, column: number): number {
  let at = from;
  for (;;) {
    const end = nextLine(source, at);
    const comment = /^( *)#/.exec(source.text.slice(at, end));
    if (comment?.[1] === undefined || comment[1].length <= column) return at;
    at = end;
  }
}

/** Indents every line of `text` except empty ones, and puts the given line end after each line but the last. */
export function indent(text: string, columns: number, lineEnd: string): string {
  const margin = ' '.repeat(columns);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join(lineEnd);
}

/** Returns the spaces and tabs at the beginning of the line that contains `at`. */
export function lineIndent(source: Source, at: number): string {
  return /^[ \t]*/.exec(source.text.slice(lineStart(source, at), at))?.[0] ?? '';
}
