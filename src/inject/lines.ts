/** Where lines begin and end in a text; offsets are those of the YAML library. */

/** The offset of the first character of the line that `at` is on. */
export const lineStart = (source: string, at: number): number => source.lastIndexOf('\n', at - 1) + 1;

/** The offset after the line end of the line that `at` is on, or the end of the text. */
function nextLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end + 1;
}

/** The start of the line after content that ends at `end`; the range of a block scalar is already past its line end. */
export const afterContent = (source: string, end: number): number =>
  end > 0 && source[end - 1] === '\n' ? end : nextLine(source, end);

/** The column of `at`, counted from 0. */
export const columnOf = (source: string, at: number): number => at - lineStart(source, at);

/** The line end that the text uses: that of its first line. */
export const lineEndOf = (source: string): string => (/\r?\n/.exec(source)?.[0] === '\r\n' ? '\r\n' : '\n');

/** Whether nothing but white space stands before `at` on its line. */
export const opensLine = (source: string, at: number): boolean => source.slice(lineStart(source, at), at).trim() === '';

/** Past the comment lines at `from` that are indented deeper than `column`: they belong to what stands above them. */
export function pastOwnComments(source: string, from: number, column: number): number {
  let at = from;
  for (;;) {
    const end = nextLine(source, at);
    const comment = /^( *)#/.exec(source.slice(at, end));
    if (comment?.[1] === undefined || comment[1].length <= column) return at;
    at = end;
  }
}

/** Every line of `text` but the empty ones moved right, with the given line end after each but the last. */
export function indent(text: string, columns: number, lineEnd: string): string {
  const margin = ' '.repeat(columns);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join(lineEnd);
}

/** The white space that the line of `at` begins with. */
export function lineIndent(source: string, at: number): string {
  const start = lineStart(source, at);
  return /^[ \t]*/.exec(source.slice(start, at))?.[0] ?? '';
}
