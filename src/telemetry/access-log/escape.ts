/** What may stand in a line as it is: printable ASCII but for the quote and the backslash. */
const SAFE = /^[ !#-[\]-~]*$/;
const UNSAFE = /[^ !#-[\]-~]/g;

/** Longest request target in a line, and longest other value: a line stays readable, and a hostile head cannot fill a disk. */
const MAX_TARGET_LENGTH = 4096;
const MAX_VALUE_LENGTH = 1024;

const hex = (character: string, width: number): string => character.charCodeAt(0).toString(16).padStart(width, '0');

/**
 * `value` as the inside of a JSON string. Everything outside printable ASCII is escaped: control characters, and
 * C1 controls, NEL and line separators, which some readers take for line ends too.
 */
export function jsonText(value: string): string {
  if (value === '') return ''; // as most are: a regular expression costs more than all else in such a field
  const text = cut(value, MAX_VALUE_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => jsonEscape(character));
}

const jsonEscape = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : `\\u${hex(character, 4)}`;

/** `value` inside the quotes of an Apache log line: `\"`, `\\`, and `\xhh` for all that is not printable ASCII. */
export function apacheText(value: string): string {
  const text = cut(value, MAX_VALUE_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => apacheEscape(character));
}

const apacheEscape = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : `\\x${hex(character, 2)}`;

/**
 * A Latin-1 request target that can stand in any line as it is. Octets that a URI may not hold are percent-encoded,
 * which is how the same target is spelled by a client that knows RFC 3986 (§2.1).
 */
export function uriText(target: string): string {
  const text = cut(target, MAX_TARGET_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => `%${hex(character, 2).toUpperCase()}`);
}

const cut = (value: string, length: number): string =>
  value.length <= length ? value : `${value.slice(0, length)}...`;
