import { pathEnd, withoutParameters } from '../bare-path';

/** Limits of stored texts: a row shows no more characters, and clients control the length. */
const MAX_PATH_LENGTH = 512;
const MAX_FOLDED_LENGTH = 160;
const MAX_METHOD_LENGTH = 16;

const HAS_LETTER = /[A-Za-z]/;
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const NUMBERED_FILE = /^\d+(?=\.[A-Za-z]\w*$)/;
const HEX = /^[0-9a-f]{8,}$/i;
const TOKEN = /^[0-9a-z]{20,}$/i;
const MIN_DIGITS = 3;
const WORDS = /[^-_.~,:;!@+=]+/g;

/** Extracts the path: without query and path parameters, which may contain tokens, and without scheme and host. */
export function pathOf(target: string): string {
  const end = pathEnd(target);
  const start = pathStart(target, end);
  if (start === end && start > 0) return '/';
  const parameters = target.indexOf(';', start);
  if (parameters === -1 || parameters >= end) return cut(target, start, end, MAX_PATH_LENGTH);
  const path = withoutParameters(target.slice(start, end));
  return cut(path, 0, path.length, MAX_PATH_LENGTH);
}

/**
 * Replaces the parts of a path that identify single objects (numbers, UUIDs, hashes, tokens) by `:id`, so that requests
 * for similar objects share one path.
 */
export function foldPath(path: string): string {
  let folded = '';
  let foldedTo = 0;
  for (let start = 0, end = 0; end < path.length; start = end + 1) {
    end = path.indexOf('/', start);
    if (end === -1) end = path.length;
    if (!hasDigit(path, start, end)) continue;
    folded += path.slice(foldedTo, start) + foldSegment(path.slice(start, end));
    foldedTo = end;
  }
  folded += path.slice(foldedTo);
  return cut(folded, 0, folded.length, MAX_FOLDED_LENGTH);
}

export const shortMethod = (method: string): string => cut(method, 0, method.length, MAX_METHOD_LENGTH);

/**
 * Returns the start of the path. A client that uses us as its proxy also sends the scheme and the host (RFC 9112
 * §3.2.2).
 */
function pathStart(target: string, end: number): number {
  if (target.startsWith('/')) return 0;
  const authority = target.indexOf('://');
  if (authority === -1 || authority >= end) return 0;
  const slash = target.indexOf('/', authority + 3);
  return slash === -1 || slash >= end ? end : slash;
}

/** Copies a part of a text: a substring would keep the whole string in memory. */
function cut(text: string, start: number, end: number, length: number): string {
  if (text.length <= length) return text.slice(start, end);
  const part = Buffer.from(text.slice(start, Math.min(end, start + length)), 'utf16le').toString('utf16le');
  return end - start > length ? `${part.slice(0, -1)}…` : part;
}

/** Whether a part of a path contains a digit. It is called for each exchange, so it avoids patterns and copies. */
function hasDigit(path: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = path.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return true;
  }
  return false;
}

function foldSegment(segment: string): string {
  if (!HAS_LETTER.test(segment) || UUID.test(segment)) return ':id';
  if (segment.length < MIN_DIGITS) return segment;
  return segment.replace(NUMBERED_FILE, ':id').replace(WORDS, (word) => (isId(word) ? ':id' : word));
}

/**
 * Whether a word is an id: three digits, eight hexadecimal or twenty alphanumeric characters. `v2`, `utf-8` and `mp3`
 * are names.
 */
function isId(word: string): boolean {
  if (!hasDigit(word, 0, word.length)) return false;
  if (!HAS_LETTER.test(word)) return word.length >= MIN_DIGITS;
  return HEX.test(word) || TOKEN.test(word);
}
