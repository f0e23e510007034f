import { isUtf8 } from 'node:buffer';
import { Problem } from './problem';
import { lineNumber, readSource, type Source } from './source';

/** The text of the input without its byte order mark, and the mark, so that the output can begin with it too. */
export interface Input {
  readonly mark: string;
  readonly source: Source;
}

const MARK = '\uFEFF';

/** Decodes UTF-8. Throws a Problem that names the line of a byte or character that a manifest cannot contain. */
export function decode(bytes: Uint8Array): Input {
  if (!isUtf8(bytes)) throw new Problem(whyNotUtf8(bytes));
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const mark = all.startsWith(MARK) ? MARK : '';
  const source = readSource(all.slice(mark.length));
  refuseCharacters(source);
  return { mark, source };
}

function whyNotUtf8(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return 'the input is UTF-16 (Windows PowerShell writes it with >); save it as UTF-8';
  }
  const at = firstInvalid(bytes);
  const line = bytes.subarray(0, at).reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 1);
  const byte = bytes[at]?.toString(16).padStart(2, '0') ?? '';
  return `line ${line} has a byte that is not UTF-8 (0x${byte}); save the input as UTF-8`;
}

/** Returns the offset of the first byte that changes when the text is decoded and encoded again. */
function firstInvalid(bytes: Uint8Array): number {
  const again = Buffer.from(Buffer.from(bytes).toString('utf8'));
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  return at === -1 ? bytes.length : at;
}

/** Control characters that neither YAML (1.2 §5.1) nor JSON (RFC 8259 §7) allows. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

/**
 * A carriage return without a line feed. It ends a line for the parser of kubectl but not for the parser here, so the
 * two would read different texts.
 */
const LONE_CR = /\r(?!\n)/;

/**
 * A byte order mark inside the text. It is left behind when files are joined, and would become a part of the next key.
 */
const INNER_MARK = /^\uFEFF/m;

function refuseCharacters(source: Source): void {
  const control = CONTROL.exec(source.text);
  if (control) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    throw new Problem(
      `${lineOf(source, control)} has the control character U+${code}, which YAML does not allow; remove it`,
    );
  }
  const cr = LONE_CR.exec(source.text);
  if (cr)
    throw new Problem(`${lineOf(source, cr)} has a carriage return without a line feed; use LF or CRLF line ends`);
  const mark = INNER_MARK.exec(source.text);
  if (mark) throw new Problem(`${lineOf(source, mark)} begins with a byte order mark (U+FEFF); remove it`);
}

const lineOf = (source: Source, { index }: RegExpExecArray): string => `line ${lineNumber(source, index)}`;
