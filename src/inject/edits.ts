import { type Source, startsLine } from './source';
import { type Path, type Tree } from './tree';

/** The effect of an edit on the data: the value at `path` of the input becomes `to`; `undefined` removes it. */
export interface Change {
  readonly path: Path;
  readonly to: Tree;
}

/** Replaces `source[start, end)` with `text`. Documents are never printed again, so all other text stays the same. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change of the text together with its effect on the data. */
export interface Edit extends Splice, Change {}

/**
 * Applies edits. Two insertions at the same offset keep the order in which they were planned.
 * @param isEndOfBlock - Tells whether a block scalar ends at an offset. Called only at the end of a text without a
 * final line end.
 */
export function applyEdits(source: Source, edits: readonly Edit[], isEndOfBlock: (at: number) => boolean): string {
  const parts: string[] = [];
  let at = 0;
  for (const splice of joined(edits)) {
    if (splice.start < at) throw new Error('two edits of one manifest overlap');
    const takesLineEnd = removesLastLines(source, splice) && !isEndOfBlock(splice.start);
    const start = takesLineEnd ? lineEndBefore(source, splice.start) : splice.start;
    parts.push(source.text.slice(at, start), splice.text);
    at = splice.end;
  }
  parts.push(source.text.slice(at));
  return parts.join('');
}

/** Sorts the edits by offset and joins adjacent deletions. */
function joined(edits: readonly Edit[]): readonly Splice[] {
  const splices: Splice[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    const last = splices.at(-1);
    if (last?.text === '' && edit.text === '' && last.end === edit.start) {
      splices[splices.length - 1] = { ...last, end: edit.end };
    } else splices.push(edit);
  }
  return splices;
}

/**
 * Whether the last lines of a text without a final line end are removed. The line before them must lose its line end
 * then.
 */
const removesLastLines = (source: Source, { start, end, text }: Splice): boolean =>
  text === '' && end === source.text.length && !startsLine(source, end) && startsLine(source, start);

const lineEndBefore = ({ text }: Source, at: number): number => at - (text[at - 2] === '\r' ? 2 : 1);
