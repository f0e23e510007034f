import { CR, LF, COLON, equalsIgnoreCase, skipBlank, trimBlank } from './grammar';

/** One field line: the name as it was spelled, the value without the white space around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/**
 * The field lines of a validated head, read on demand: most exchanges need none of them.
 * Names are compared without letter case; order and repetition are kept. Values are Latin-1, one character an octet.
 */
export class Fields implements Iterable<Field> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  #located: readonly number[] | undefined;

  /** `start` and `end` enclose whole, validated field lines, without the empty line that closes them. */
  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** All values of `name`, joined by `, ` as RFC 9110 §5.3 combines them; `undefined` where there is none. */
  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    let joined: string | undefined;
    for (let line = this.#find(lower, 0); line !== NO_PLACE; line = this.#find(lower, line + LINE)) {
      joined = joined === undefined ? this.#value(line) : `${joined}, ${this.#value(line)}`;
    }
    return joined;
  }

  /** Every value of `name`, a line each, in order. */
  getAll(name: string): string[] {
    const lower = name.toLowerCase();
    const values: string[] = [];
    for (let line = this.#find(lower, 0); line !== NO_PLACE; line = this.#find(lower, line + LINE)) {
      values.push(this.#value(line));
    }
    return values;
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) !== NO_PLACE;
  }

  *[Symbol.iterator](): Iterator<Field> {
    const places = this.#places;
    for (let line = 0; line < places.length; line += LINE) {
      const name = this.#bytes.toString('latin1', places[line], places[line + NAME_END]);
      yield { name, value: this.#value(line) };
    }
  }

  /** The first line from `line` on whose name is `lower`, letter case aside. */
  #find(lower: string, line: number): number {
    const places = this.#places;
    for (let at = line; ; at += LINE) {
      const start = placeAt(places, at);
      if (start === NO_PLACE) return NO_PLACE;
      if (equalsIgnoreCase(this.#bytes, start, placeAt(places, at + NAME_END), lower)) return at;
    }
  }

  /** Indexed on first use and cached: callers that read one field usually read more. */
  get #places(): readonly number[] {
    return (this.#located ??= locateFieldLines(this.#bytes, this.#start, this.#end));
  }

  #value(line: number): string {
    return this.#bytes.toString('latin1', this.#places[line + VALUE_START], this.#places[line + VALUE_END]);
  }
}

/** The count of numbers that locate one field line; the first is the position of the line. */
export const LINE = 5;
export const NAME_END = 1;
const VALUE_START = 2;
const VALUE_END = 3;
/** The position after the line end. */
export const LINE_END = 4;

/** A position after the last line. */
export const NO_PLACE = -1;

/** The number at `index` in the result of {@link locateFieldLines}, or {@link NO_PLACE} after the last line. */
export const placeAt = (places: readonly number[], index: number): number => places[index] ?? NO_PLACE;

/**
 * The lines from `start` to `end`, which are complete and valid: {@link LINE} numbers for each, one after the other,
 * because an object for each line would be most of the cost.
 */
export function locateFieldLines(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const places: number[] = [];
  for (let at = start; at < end;) {
    let nameEnd = at;
    while (nameEnd < end && bytes[nameEnd] !== COLON) nameEnd++;
    let lineEnd = nameEnd;
    while (lineEnd < end && bytes[lineEnd] !== LF) lineEnd++;
    let stop = lineEnd;
    if (lineEnd < end) lineEnd++;
    if (bytes[stop - 1] === CR) stop--;
    const valueStart = skipBlank(bytes, nameEnd + 1, stop);
    places.push(at, nameEnd, valueStart, trimBlank(bytes, valueStart, stop), lineEnd);
    at = lineEnd;
  }
  return places;
}
