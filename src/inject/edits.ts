import { type Source, startsLine } from './source';
import { type Path, type Tree } from './tree';

/** What an edit means for the data: the value at `path` of the input becomes `to`; undefined removes it. */
export interface Change {
  readonly path: Path;
  readonly to: Tree;
}

/** Replaces `source[start, end)` by `text`. No document is printed again, so that all other text stays as it was. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change of the text, and what it means for the data. */
export interface Edit extends Splice, Change {}

/**
 * Applies edits. Of two insertions at one place, the one that was planned first comes first.
 * @param isEndOfBlock - Whether a block scalar ends at an offset. Asked only at the end of a text without a line end.
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

/** The edits in the order of the text, with adjacent deletions made one. */
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

/** Whether the last lines of a text without a final line end go: then the line before them has none either. */
const removesLastLines = (source: Source, { start, end, text }: Splice): boolean =>
  text === '' && end === source.text.length && !startsLine(source, end) && startsLine(source, start);

const lineEndBefore = ({ text }: Source, at: number): number => at - (text[at - 2] === '\r' ? 2 : 1);
