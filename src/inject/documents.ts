import { Composer, isMap, isSeq, Lexer, Parser, type CST, type Document, type Node, type YAMLError } from 'yaml';
import { Problem } from './problem';
import { resolve, type Resolved } from './resolve';
import { lineNumber, type Source } from './source';
import { span } from './yaml-nodes';

/** One document of the text: its nodes, which know their place in the text, and its data. */
export interface ManifestDocument extends Resolved {
  /** Counted from 1, for messages. */
  readonly number: number;
  readonly contents: Node | null;
  readonly isJson: boolean;
}

/**
 * How deep values may be nested. The YAML library composes nodes recursively, and a stack overflow inside it can abort
 * the process; it happens at 800 levels with Node's default stack. Custom resource definitions reach some dozens.
 */
const MAX_DEPTH = 250;

/** Reads every document of a YAML or JSON text. Throws a Problem that names document and line of what is malformed. */
export function readDocuments(source: Source): readonly ManifestDocument[] {
  const { documents, strayErrors } = compose(source);
  const [stray] = strayErrors;
  if (stray) throw malformed(source, 1, stray);
  return documents.map((document, index) => {
    const number = index + 1;
    const [error] = document.errors;
    if (error) throw malformed(source, number, error);
    const { contents } = document;
    return { ...resolve(contents, number, source), number, contents, isJson: isJson(source, contents) };
  });
}

interface Composed {
  readonly documents: readonly Document.Parsed[];
  /** Errors of a text that has no document. */
  readonly strayErrors: readonly YAMLError[];
}

function compose(source: Source): Composed {
  // Keys are compared in resolve.ts: the library compares each with each, and does not name the key.
  const composer = new Composer({ merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const { stackTraceLimit } = Error;
  // The library makes an Error for each fault and warning in the text. Their stack traces are not used and would take
  // most of the time and memory: 800 kB of commas took 19 s with them and takes 4 s without.
  Error.stackTraceLimit = 0;
  try {
    const documents = [...composer.compose(tokensOf(source))];
    return { documents, strayErrors: documents.length === 0 ? composer.streamInfo().errors : [] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The tokens of the concrete syntax tree. Its parser is not recursive, so that depth can be bounded here. */
function* tokensOf(source: Source): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(source.text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      const line = lineNumber(source, parser.offset);
      throw new Problem(`line ${line}: values are nested deeper than ${MAX_DEPTH} levels; leave that document out`);
    }
  }
  yield* parser.end();
}

function malformed(source: Source, number: number, { code, message, pos }: YAMLError): Problem {
  const line = lineNumber(source, Math.max(pos[0], 0));
  const advice = code === 'TAB_AS_INDENT' ? 'indent with spaces' : 'correct it there';
  return new Problem(`document ${number} is not YAML: ${message} at line ${line}; ${advice}`);
}

function isJson(source: Source, contents: Node | null): boolean {
  if (!(isMap(contents) || isSeq(contents)) || contents.flow !== true) return false;
  const { start, end } = span(contents);
  try {
    JSON.parse(source.text.slice(start, end));
    return true;
  } catch {
    return false;
  }
}
