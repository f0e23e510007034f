import { CR, LF, COLON, equalsIgnoreCase, skipBlank, trimBlank } from './grammar';

/** One field line: the name as it was spelled, the value without the white space around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Where the parts of one field line stand in the bytes. */
export interface FieldLine {
  lineStart: number;
  nameEnd: number;
  valueStart: number;
  valueEnd: number;
  /** Just behind the line end. */
  lineEnd: number;
}

/**
 * The field lines of a validated head, read when somebody asks and not before: most exchanges are never asked.
 * Names are compared without letter case; order and repetition are kept. Values are Latin-1, one character an octet.
 */
export class Fields implements Iterable<Field> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

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
    for (const line of this.lines()) {
      if (equalsIgnoreCase(this.#bytes, line.lineStart, line.nameEnd, lower)) values.push(this.#value(line));
    }
    return values;
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  *[Symbol.iterator](): Iterator<Field> {
    for (const line of this.lines()) {
      yield { name: this.#bytes.toString('latin1', line.lineStart, line.nameEnd), value: this.#value(line) };
    }
  }

  /** The places of the lines. The yielded object is used again for the next line: do not keep it. */
  *lines(): Generator<FieldLine, void> {
    const line: FieldLine = { lineStart: this.#start, nameEnd: 0, valueStart: 0, valueEnd: 0, lineEnd: 0 };
    while (line.lineStart < this.#end) {
      locateFieldLine(this.#bytes, this.#end, line);
      yield line;
      line.lineStart = line.lineEnd;
    }
  }

  #value(line: FieldLine): string {
    return this.#bytes.toString('latin1', line.valueStart, line.valueEnd);
  }
}

/** Fills in `line` from its `lineStart` on; the line is known to be valid and whole. */
export function locateFieldLine(bytes: Buffer, sectionEnd: number, line: FieldLine): void {
  const lineFeed = bytes.indexOf(LF, line.lineStart);
  line.lineEnd = lineFeed === -1 || lineFeed >= sectionEnd ? sectionEnd : lineFeed + 1;
  let end = line.lineEnd;
  if (bytes[end - 1] === LF) end--;
  if (bytes[end - 1] === CR) end--;
  line.nameEnd = bytes.indexOf(COLON, line.lineStart);
  line.valueStart = skipBlank(bytes, line.nameEnd + 1, end);
  line.valueEnd = trimBlank(bytes, line.valueStart, end);
}
