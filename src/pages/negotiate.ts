/**
 * Proactive negotiation by the Accept field, RFC 9110 §12.5.1. Clients control Accept completely, so no function here throws, and
 * each one reads the text once, without a regular expression that could backtrack. The caller joins several Accept lines with
 * commas (§5.3).
 */

/**
 * How much of an Accept is read, in characters and in media ranges. Browsers send up to 300 characters and 13 ranges, container tools with
 * their lists of formats about 400. A field beyond either limit names nothing: its client counts as a program, and receives
 * authored responses as plain text.
 */
const MAX_ACCEPT_LENGTH = 1024;
const MAX_RANGES = 64;

/** How a client accepts `text/html`: by name; through a wildcard, without naming another type; or in neither of these ways. */
export type HtmlAcceptance = 'named' | 'anything' | 'no';

/**
 * Browsers of one release send the same Accept, so a few values answer nearly every 404 without being parsed again. Both limits
 * protect against a client that sends ever new values: a full cache is cleared.
 */
const MAX_REMEMBERED = 64;
const MAX_REMEMBERED_LENGTH = 256;
const remembered = new Map<string, HtmlAcceptance>();

/**
 * Tells how a client accepts `text/html`. The most specific range decides: the type itself, then `text/*`, then any type; among
 * equals the highest weight. Leniency:
 * - a range with parameters (`text/html;level=1`) asks for a variant: it names the type, and never forbids it;
 * - a weight that cannot be read is 0, so that only a readable wish for a page is followed;
 * - an empty field is no Accept, and `*` means any type (old Java);
 * - a client that wants another type more than twice as much names HTML as a last resort: it is a program;
 * - an element that is no media range, or has the weight 0, names another type: a client that is so particular is a program.
 */
export function acceptsHtml(accept: string | undefined): HtmlAcceptance {
  if (accept === undefined) return 'anything';
  if (accept.length > MAX_REMEMBERED_LENGTH) return htmlAcceptanceOf(accept);
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  const acceptance = htmlAcceptanceOf(accept);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  remembered.set(copyOf(accept), acceptance);
  return acceptance;
}

/** V8 keeps a string alive as long as a slice of it: without a copy, a remembered Accept would hold the whole head. */
const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

function htmlAcceptanceOf(accept: string): HtmlAcceptance {
  const ranges = parseAccept(accept);
  if (ranges === undefined || isJavaDefault(accept)) return 'no';
  if (ranges.length === 0) return 'anything';
  const { quality, specificity } = judge(ranges, isHtml, 'text/*');
  if (quality === 0) return 'no';
  if (specificity === NAMED) return ranges.some((range) => isPreferred(range, quality)) ? 'no' : 'named';
  return ranges.every(({ range }) => specificityOf(range, isHtml, 'text/*') > 0) ? 'anything' : 'no';
}

/**
 * Whether a type is wanted more than twice as much as `text/html`, which has the weight `quality`. Browsers of 2004 to 2011 gave
 * `text/html` 0.9 beside XML; programs that name it as a last resort give it far less (pip: 0.01).
 */
const isPreferred = ({ range, quality: other }: MediaRange, quality: number): boolean =>
  other > 2 * quality && specificityOf(range, isHtml, 'text/*') === 0;

const isHtml = (range: string): boolean => range === 'text/html';

/**
 * Java's `HttpURLConnection` sends `text/html`, two image types and wildcards on behalf of every program that sets no Accept, and
 * mostly no person sees what it receives. The wildcards differ between releases.
 */
const isJavaDefault = (accept: string): boolean => accept.startsWith('text/html, image/gif, image/jpeg, ');

/** The media types of authored responses. */
export type AnswerType = 'html' | 'json' | 'text';

/**
 * The media type of an authored response that a client prefers. Weights decide; among equals the range that names it more specifically; among
 * those named equally JSON, which no browser names, before HTML before plain text. A client that accepts them only through the
 * same wildcard gets plain text, which suits a program and a terminal. So does a client that accepts none of them: an error in
 * some form is better than one in none (§12.5.1 leaves that choice to the server).
 */
export function preferredType(accept: string | undefined): AnswerType {
  if (accept === undefined || isJavaDefault(accept)) return 'text';
  const ranges = parseAccept(accept) ?? [];
  let best: AnswerType = 'text';
  let bestVerdict: Verdict = { quality: 0, specificity: 0 };
  for (const { answer, isNamed, family } of CANDIDATES) {
    const verdict = judge(ranges, isNamed, family);
    if (!isBetter(verdict, bestVerdict)) continue;
    best = answer;
    bestVerdict = verdict;
  }
  return best;
}

/** One element of an Accept field. */
interface MediaRange {
  /** `type/subtype` in lower case, as it was sent. */
  readonly range: string;
  /** Whether it has parameters beside the weight. */
  readonly isVariant: boolean;
  /** 0 to 1. */
  readonly quality: number;
}

interface Verdict {
  readonly quality: number;
  readonly specificity: number;
}

const ANY = 1;
const FAMILY = 2;
const NAMED = 3;

/** In order of preference among the named, and in the opposite order among those that only a wildcard admits. */
const CANDIDATES: readonly { answer: AnswerType; isNamed: (range: string) => boolean; family: string }[] = [
  {
    answer: 'json',
    // a client of application/vnd.api+json reads application/problem+json too: errors are what that type is for, RFC 9457
    isNamed: (range) => range === 'application/json' || range.endsWith('+json'),
    family: 'application/*',
  },
  { answer: 'html', isNamed: isHtml, family: 'text/*' },
  { answer: 'text', isNamed: (range) => range === 'text/plain', family: 'text/*' },
];

function isBetter(candidate: Verdict, best: Verdict): boolean {
  if (candidate.quality === 0) return false;
  if (candidate.quality !== best.quality) return candidate.quality > best.quality;
  if (candidate.specificity !== best.specificity) return candidate.specificity > best.specificity;
  return candidate.specificity !== NAMED;
}

/** The weight of the most specific ranges that match, and how specific they are. */
function judge(ranges: readonly MediaRange[], isNamed: (range: string) => boolean, family: string): Verdict {
  const weights: (number | undefined)[] = [];
  let variant = 0;
  for (const { range, isVariant, quality } of ranges) {
    const specificity = specificityOf(range, isNamed, family);
    if (specificity === 0) continue;
    if (specificity === NAMED && isVariant) variant = Math.max(variant, quality);
    else weights[specificity] = Math.max(weights[specificity] ?? 0, quality);
  }
  if (weights[NAMED] === undefined && variant > 0) return { quality: variant, specificity: NAMED };
  const specificity = [NAMED, FAMILY, ANY].find((level) => weights[level] !== undefined) ?? 0;
  return { quality: weights[specificity] ?? 0, specificity };
}

/** 0 for a range that does not match. */
function specificityOf(range: string, isNamed: (range: string) => boolean, family: string): number {
  if (isNamed(range)) return NAMED;
  if (range === family) return FAMILY;
  return range === '*/*' || range === '*' ? ANY : 0;
}

/** Undefined for a field beyond the limits. */
function parseAccept(accept: string): readonly MediaRange[] | undefined {
  if (accept.length > MAX_ACCEPT_LENGTH) return undefined;
  const elements = splitOutsideQuotes(accept, COMMA).filter((element) => element !== '');
  return elements.length > MAX_RANGES ? undefined : elements.map(parseRange);
}

function parseRange(element: string): MediaRange {
  if (!element.includes(';')) return { range: element.toLowerCase(), isVariant: false, quality: 1 };
  let range = '';
  let isVariant = false;
  let quality = 1;
  for (const [index, piece] of splitOutsideQuotes(element, SEMICOLON).entries()) {
    if (index === 0) {
      range = piece.toLowerCase();
      continue;
    }
    const [name, value] = splitParameter(piece);
    if (name === 'q') quality = parseWeight(value);
    else if (name !== '') isVariant = true;
  }
  return { range, isVariant, quality };
}

function splitParameter(parameter: string): readonly [string, string] {
  const equals = parameter.indexOf('=');
  if (equals === -1) return [parameter.toLowerCase(), ''];
  return [parameter.slice(0, equals).trimEnd().toLowerCase(), parameter.slice(equals + 1).trimStart()];
}

/** Digits with at most one point, however long, so that `.2` is understood; above 1 counts as 1. */
function parseWeight(text: string): number {
  let points = 0;
  for (const character of text) {
    if (character === '.') points++;
    else if (character < '0' || character > '9') return 0;
  }
  return points > 1 ? 0 : Math.min(Number(`0${text}`), 1);
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Splits at a separator that does not stand in a quoted string (RFC 9110 §5.6.4), and trims the pieces. */
function splitOutsideQuotes(text: string, separator: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted && character === BACKSLASH) at++;
    else if (!isQuoted && character === separator) {
      pieces.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  pieces.push(text.slice(start).trim());
  return pieces;
}
