import { visit } from 'yaml';
import { firstDifference } from './compare';
import { applyEdits, type Edit } from './edits';
import { readStream, type Stream } from './manifests';
import { Fault, messageOf, Problem } from './problem';
import { readSource, startsLine } from './source';
import { pathText, type Path } from './tree';
import { span } from './yaml-nodes';

/** An edited stream, and one line about each change. */
export interface Rewritten {
  readonly stream: Stream;
  readonly notes: readonly string[];
}

/**
 * Applies edits and parses the result again. Throws a Fault if the result differs from the input by anything but the
 * intended changes. A bug in an edit therefore cannot reach the output.
 */
export function rewrite(stream: Stream, edits: readonly Edit[]): Stream {
  if (edits.length === 0) return stream;
  refuseOpenBlock(stream, edits);
  const result = readAgain(applyEdits(stream.source, edits, (at) => isEndOfBlock(stream, at)));
  const [before, after] = [valuesOf(stream), valuesOf(result)];
  if (before.length !== after.length) {
    throw new Fault(`the edits would make ${after.length} documents of ${before.length}`);
  }
  const difference = firstDifference(before, after, edits);
  if (difference) throw new Fault(`the edits would also change ${placeText(difference)}`);
  return result;
}

const valuesOf = ({ documents }: Stream) => documents.map(({ value }) => value);

function readAgain(text: string): Stream {
  try {
    return readStream(readSource(text));
  } catch (error) {
    throw new Fault(`the edited text cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Rejects an addition at the end of an input that ends inside a block scalar without a line end: the line end would
 * change the value of the block scalar.
 */
function refuseOpenBlock(stream: Stream, edits: readonly Edit[]): void {
  const { length } = stream.source.text;
  if (startsLine(stream.source, length) || !edits.some(({ start, text }) => start === length && text !== '')) return;
  if (isEndOfBlock(stream, length)) {
    throw new Problem('the last line of the input is in a block of text and has no line end; add a line end');
  }
}

/** Whether a block scalar ends at an offset; its line end is a part of its value. */
function isEndOfBlock({ documents }: Stream, at: number): boolean {
  let found = false;
  for (const { contents } of documents) {
    visit(contents, {
      Scalar: (_key, node) => {
        if (node.type?.startsWith('BLOCK_') !== true || span(node).end !== at) return undefined;
        found = true;
        return visit.BREAK;
      },
    });
  }
  return found;
}

function placeText([index, ...path]: Path): string {
  const document = `document ${Number(index ?? 0) + 1}`;
  return path.length === 0 ? document : `${document}, ${pathText(path)}`;
}
