import { type Scalar } from 'yaml';
import { type Edit } from './edits';
import { type Place, refuseShared } from './places';
import { Problem } from './problem';
import { type Source } from './source';
import { span } from './yaml-nodes';

/** A port as it is written in a manifest: a number, or a name with its quotes. */
export interface Port {
  readonly value: number | string;
  readonly quotes: '' | "'" | '"';
}

/** Whether Kubernetes accepts this as a port's name (IANA_SVC_NAME, RFC 6335 §5.1). */
export const isPortName = (name: string): boolean =>
  /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 15;

export const isPortNumber = (value: number): boolean => Number.isInteger(value) && value > 0 && value < 65_536;

/**
 * Parses the text of a port: a decimal number, or a name with or without quotes. Returns `undefined` for any other
 * text.
 */
export function parsePort(text: string): Port | undefined {
  if (/^[1-9][0-9]{0,4}$/.test(text))
    return isPortNumber(Number(text)) ? { value: Number(text), quotes: '' } : undefined;
  const [, quotes, name] = /^(["']?)([-a-z0-9]*)\1$/.exec(text) ?? [];
  if (name === undefined || !isPortName(name)) return undefined;
  if (quotes === "'" || quotes === '"') return { value: name, quotes };
  return isText(name) ? { value: name, quotes: '' } : undefined;
}

/** Prints a port. JSON allows only double quotes, so a name always has them there. */
function printPort({ value, quotes }: Port, isJson: boolean): string {
  if (typeof value === 'number') return String(value);
  const mark = isJson ? '"' : quotes;
  return mark + value + mark;
}

/** Whether YAML 1.2 reads the unquoted name as text, and not as a number, a boolean or null. */
const isText = (name: string): boolean => !/^(?:true|false|null|0x[0-9a-f]+|0o[0-7]+|[0-9]+e[0-9]+)$/.test(name);

/**
 * Whether every YAML parser reads the unquoted name as text. YAML 1.1, which kubectl uses, has more booleans and
 * numbers.
 */
export const isTextEverywhere = (name: string): boolean =>
  isText(name) && !/^(?:y|n|yes|no|on|off|nan|inf|0b[01]+)$/.test(name);

/**
 * Returns the text of the scalar at `place`, for the record. Throws a Problem for a port that could not be restored
 * byte for byte (`0x1F90`, `"\x68ttp"`, a tag).
 */
export function portTextAt(source: Source, place: Place<Scalar>, says: string): string {
  const { start, end } = span(place.node);
  const text = source.text.slice(start, end);
  if (place.node.tag === undefined && parsePort(text)?.value === place.node.value) return text;
  throw new Problem(
    `${place.what}: ${says} is written as ${JSON.stringify(text)}; write it as a plain number or a lower-case port name`,
  );
}

/**
 * Replaces the port at `place`. A name keeps the quotes of the old one, and gets quotes if a parser would need them.
 */
export function replacePort(place: Place<Scalar>, value: number | string, says: string): Edit {
  const { node } = place;
  const [single, double] = [node.type === 'QUOTE_SINGLE', node.type === 'QUOTE_DOUBLE'];
  const isBare = typeof value === 'number' || (!double && isTextEverywhere(value));
  return restorePort(place, { value, quotes: single ? "'" : isBare ? '' : '"' }, says);
}

/** Restores a port with its original quotes. */
export function restorePort(place: Place<Scalar>, port: Port, says: string): Edit {
  const { node, document, path } = place;
  refuseShared(place, says);
  if (node.tag !== undefined) throw new Problem(`${place.what}: ${says} has the tag ${node.tag}; remove the tag`);
  if (node.type?.startsWith('BLOCK_') === true) {
    throw new Problem(`${place.what}: ${says} is a block of text; write it on one line`);
  }
  return { ...span(node), text: printPort(port, document.isJson), path, to: port.value };
}
