import { Composer, isMap, isSeq, Lexer, Parser, type CST, type Document, type Node, type YAMLError } from 'yaml';
import { Problem } from './problem';
import { resolve, type Resolved } from './resolve';
import { lineNumber, type Source } from './source';
import { span } from './yaml-nodes';

/** One document of the text: its nodes, which have positions in the text, and its data. */
export interface ManifestDocument extends Resolved {
  /** Counted from 1, for messages. */
  readonly number: number;
  readonly contents: Node | null;
  readonly isJson: boolean;
}

/**
 * The maximum nesting depth of values. The YAML library composes nodes recursively, and a stack overflow inside it can
 * abort the process. That happens at 800 levels with Node's default stack. Custom resource definitions reach a few
 * dozen levels.
 */
const MAX_DEPTH = 250;

/**
 * Reads every document of a YAML or JSON text. Throws a Problem that names the document and the line of a syntax error.
 */
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
  // Duplicate keys are detected in resolve.ts: the library compares every pair of keys and does not name the duplicate.
  const composer = new Composer({ merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const { stackTraceLimit } = Error;
  // The library creates an Error for each fault and warning in the text. Their stack traces are not used, and would
  // take most of the time and memory: 800 kB of commas took 19 s with stack traces and takes 4 s without.
  Error.stackTraceLimit = 0;
  try {
    const documents = [...composer.compose(tokensOf(source))];
    return { documents, strayErrors: documents.length === 0 ? composer.streamInfo().errors : [] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Generates the tokens of the concrete syntax tree. This parser is not recursive, so the depth can be limited here. */
function* tokensOf(source: Source): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(source.text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      const line = lineNumber(source, parser.offset);
      throw new Problem(`line ${line}: values are nested deeper than ${MAX_DEPTH} levels; remove that document`);
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
