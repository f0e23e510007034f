import { pathEnd, withoutParameters } from '../bare-path';

/** Longer ones are cut: a row shows no more, and a stranger chooses how long they are. */
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

/** The path alone: no query and no path parameters, which may hold tokens, and no scheme and host. */
export function pathOf(target: string): string {
  const end = pathEnd(target);
  const start = pathStart(target, end);
  if (start === end && start > 0) return '/';
  const parameters = target.indexOf(';', start);
  if (parameters === -1 || parameters >= end) return cut(target, start, end, MAX_PATH_LENGTH);
  const path = withoutParameters(target.slice(start, end));
  return cut(path, 0, path.length, MAX_PATH_LENGTH);
}

/** A path that many requests share: what tells one thing from others of its kind (numbers, UUIDs, hashes, tokens) becomes `:id`. */
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

/** RFC 9112 §3.2.2: a client that takes us for its proxy writes the scheme and the host, too. */
function pathStart(target: string, end: number): number {
  if (target.startsWith('/')) return 0;
  const authority = target.indexOf('://');
  if (authority === -1 || authority >= end) return 0;
  const slash = target.indexOf('/', authority + 3);
  return slash === -1 || slash >= end ? end : slash;
}

/** A part of a long string keeps the whole of it in memory, so what is kept of one is copied. */
function cut(text: string, start: number, end: number, length: number): string {
  if (text.length <= length) return text.slice(start, end);
  const part = Buffer.from(text.slice(start, Math.min(end, start + length)), 'utf16le').toString('utf16le');
  return end - start > length ? `${part.slice(0, -1)}…` : part;
}

/** Every path of every exchange comes by here, so its characters are looked at without a pattern or a copy. */
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

/** `v2`, `utf-8` and `mp3` are names; three digits, eight hexadecimal ones or twenty mixed ones in a row are not. */
function isId(word: string): boolean {
  if (!hasDigit(word, 0, word.length)) return false;
  if (!HAS_LETTER.test(word)) return word.length >= MIN_DIGITS;
  return HEX.test(word) || TOKEN.test(word);
}
