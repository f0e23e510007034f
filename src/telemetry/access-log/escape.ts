/** The characters that are not escaped: printable ASCII except the quote and the backslash. */
const SAFE = /^[ !#-[\]-~]*$/;
const UNSAFE = /[^ !#-[\]-~]/g;

/**
 * The maximum length of a request target in a line, and of other values. A line stays readable, and a hostile head
 * cannot fill a disk.
 */
const MAX_TARGET_LENGTH = 4096;
const MAX_VALUE_LENGTH = 1024;

const hex = (character: string, width: number): string => character.charCodeAt(0).toString(16).padStart(width, '0');

/**
 * Escapes `value` for a JSON string. All characters outside printable ASCII are escaped: control characters including
 * C1, NEL and line separators, which some log readers treat as line ends.
 */
export function jsonText(value: string): string {
  if (value === '') return ''; // most fields are empty, and a regular expression costs more than this check
  const text = cut(value, MAX_VALUE_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => jsonEscape(character));
}

const jsonEscape = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : `\\u${hex(character, 4)}`;

/**
 * Escapes `value` for a quoted field of an Apache log line: `\"`, `\\`, and `\xhh` for everything that is not printable
 * ASCII.
 */
export function apacheText(value: string): string {
  const text = cut(value, MAX_VALUE_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => apacheEscape(character));
}

const apacheEscape = (character: string): string =>
  character === '"' || character === '\\' ? `\\${character}` : `\\x${hex(character, 2)}`;

/**
 * Escapes a Latin-1 request target for any log format. Octets that a URI cannot contain are percent-encoded, as a
 * client that follows RFC 3986 (§2.1) would send them.
 */
export function uriText(target: string): string {
  const text = cut(target, MAX_TARGET_LENGTH);
  return SAFE.test(text) ? text : text.replace(UNSAFE, (character) => `%${hex(character, 2).toUpperCase()}`);
}

const cut = (value: string, length: number): string =>
  value.length <= length ? value : `${value.slice(0, length)}...`;
