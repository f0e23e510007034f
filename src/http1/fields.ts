import { CR, LF, COLON, equalsIgnoreCase, skipBlank, trimBlank } from './grammar';

/** One field line: the name as it was spelled, the value without the white space around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Where the parts of one field line stand in the bytes. */
export interface FieldLine {
  readonly lineStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Just behind the line end. */
  readonly lineEnd: number;
}

/**
 * The field lines of a validated head, read when somebody asks and not before: most exchanges are never asked.
 * Names are compared without letter case; order and repetition are kept. Values are Latin-1, one character an octet.
 */
export class Fields implements Iterable<Field> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  #located: readonly FieldLine[] | undefined;

  /** `start` and `end` enclose whole, validated field lines, without the empty line that closes them. */
  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** All values of `name`, joined by `, ` as RFC 9110 §5.3 combines them; `undefined` where there is none. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Every value of `name`, a line each, in order. */
  getAll(name: string): string[] {
    const lower = name.toLowerCase();
    const values: string[] = [];
    for (const line of this.#lines) {
      if (equalsIgnoreCase(this.#bytes, line.lineStart, line.nameEnd, lower)) values.push(this.#value(line));
    }
    return values;
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  *[Symbol.iterator](): Iterator<Field> {
    for (const line of this.#lines) {
      yield { name: this.#bytes.toString('latin1', line.lineStart, line.nameEnd), value: this.#value(line) };
    }
  }

  /** Found once, for who asks for one field mostly asks for another. */
  get #lines(): readonly FieldLine[] {
    return (this.#located ??= locateFieldLines(this.#bytes, this.#start, this.#end));
  }

  #value(line: FieldLine): string {
    return this.#bytes.toString('latin1', line.valueStart, line.valueEnd);
  }
}

/** The lines from `start` to `end`, which are known to be whole and valid. */
export function locateFieldLines(bytes: Buffer, start: number, end: number): readonly FieldLine[] {
  const lines: FieldLine[] = [];
  for (let at = start; at < end;) {
    const line = locateFieldLine(bytes, at, end);
    lines.push(line);
    at = line.lineEnd;
  }
  return lines;
}

function locateFieldLine(bytes: Buffer, lineStart: number, sectionEnd: number): FieldLine {
  let nameEnd = lineStart;
  while (nameEnd < sectionEnd && bytes[nameEnd] !== COLON) nameEnd++;
  const lineFeed = bytes.indexOf(LF, nameEnd);
  const lineEnd = lineFeed === -1 || lineFeed >= sectionEnd ? sectionEnd : lineFeed + 1;
  let end = lineEnd;
  if (bytes[end - 1] === LF) end--;
  if (bytes[end - 1] === CR) end--;
  const valueStart = skipBlank(bytes, nameEnd + 1, end);
  return { lineStart, nameEnd, valueStart, valueEnd: trimBlank(bytes, valueStart, end), lineEnd };
}
