/**
 * Proactive negotiation by the Accept field, RFC 9110 §12.5.1. Accept comes from strangers: nothing here throws, and all of it is
 * one pass over the text, with no regular expression that could backtrack. Several Accept lines are joined with commas by the
 * caller (§5.3).
 */

/** How a client accepts a media type: by name, through a wildcard (or because it sent no Accept), or not at all. */
export type Acceptance = 'named' | 'wildcard' | 'no';

/**
 * Browsers of one release all send the same Accept, so a few values answer nearly every 404 without being parsed again. Both
 * bounds are against a client that sends ever new ones: when full, all is forgotten.
 */
const MAX_REMEMBERED = 64;
const MAX_REMEMBERED_LENGTH = 256;
const remembered = new Map<string, Acceptance>();

/** Whether, and how, a client accepts `text/html`. */
export function acceptsHtml(accept: string | undefined): Acceptance {
  if (accept === undefined) return 'wildcard';
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  const acceptance = acceptanceOf(accept, 'text/html');
  if (accept.length <= MAX_REMEMBERED_LENGTH) {
    if (remembered.size === MAX_REMEMBERED) remembered.clear();
    remembered.set(copyOf(accept), acceptance);
  }
  return acceptance;
}

/** V8 keeps a string alive as long as a slice of it: without a copy, a remembered Accept would hold the whole head. */
const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/**
 * Whether, and how, a client accepts a media type, given in lower case and without parameters. The most specific range decides:
 * the type itself, then `text/*`, then any type; of equals the highest weight. Leniency:
 * - a range with parameters (`text/html;level=1`) asks for a variant that we may not have: it never forbids the type, but who asks
 *   for a variant has named the type;
 * - a weight that cannot be read is 0: who cannot say how much they want a page does not get one;
 * - an empty field is no Accept, `*` means any type (old Java), and a range that is no media type equals nothing.
 */
export function acceptanceOf(accept: string | undefined, type: string): Acceptance {
  const ranges = parseAccept(accept);
  if (ranges.length === 0) return 'wildcard';
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  const { quality, specificity } = judge(ranges, (range) => range === type, family);
  if (quality === 0) return 'no';
  return specificity === NAMED ? 'named' : 'wildcard';
}

/** The forms in which we can answer for ourselves. */
export type AnswerType = 'html' | 'json' | 'text';

/**
 * The form of our own answer that a client likes best. Weights decide; of equals the one that was named more specifically; of
 * those named equally JSON, which no browser names, before HTML before plain text. What is accepted through the same wildcard
 * alone is answered in plain text, which suits a program and a terminal. Plain text also where nothing is acceptable: an error
 * told in some form is better than one told in none (§12.5.1 leaves that choice to the server).
 */
export function preferredType(accept: string | undefined): AnswerType {
  const ranges = parseAccept(accept);
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

/**
 * What a client says about the types it wants, in the values it chose itself. `HttpURLConnection` of older Java releases names
 * `text/html` and two image types on behalf of every program that sets no Accept, so its default is taken as no Accept.
 */
export function statedAccept(accept: string | undefined): string | undefined {
  return accept?.startsWith('text/html, image/gif, image/jpeg, ') === true ? undefined : accept;
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

/** In order of preference among the named, and backwards among what only a wildcard admits. */
const CANDIDATES: readonly { answer: AnswerType; isNamed: (range: string) => boolean; family: string }[] = [
  {
    answer: 'json',
    // a client of application/vnd.api+json reads application/problem+json too: errors are what that type is for, RFC 9457
    isNamed: (range) => range === 'application/json' || range.endsWith('+json'),
    family: 'application/*',
  },
  { answer: 'html', isNamed: (range) => range === 'text/html', family: 'text/*' },
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
    const specificity = isNamed(range) ? NAMED : wildcardSpecificity(range, family);
    if (specificity === 0) continue;
    if (specificity === NAMED && isVariant) variant = Math.max(variant, quality);
    else weights[specificity] = Math.max(weights[specificity] ?? 0, quality);
  }
  if (weights[NAMED] === undefined && variant > 0) return { quality: variant, specificity: NAMED };
  const specificity = [NAMED, FAMILY, ANY].find((level) => weights[level] !== undefined) ?? 0;
  return { quality: weights[specificity] ?? 0, specificity };
}

function wildcardSpecificity(range: string, family: string): number {
  if (range === family) return FAMILY;
  return range === '*/*' || range === '*' ? ANY : 0;
}

function parseAccept(accept = ''): readonly MediaRange[] {
  return splitOutsideQuotes(accept, ',')
    .filter((element) => element !== '')
    .map(parseRange);
}

function parseRange(element: string): MediaRange {
  const [range, ...parameters] = splitOutsideQuotes(element, ';');
  let isVariant = false;
  let quality = 1;
  for (const parameter of parameters) {
    const [name, value] = splitParameter(parameter);
    if (name === 'q') quality = parseWeight(value);
    else if (name !== '') isVariant = true;
  }
  return { range: range.toLowerCase(), isVariant, quality };
}

function splitParameter(parameter: string): readonly [string, string] {
  const equals = parameter.indexOf('=');
  if (equals === -1) return [parameter.toLowerCase(), ''];
  return [parameter.slice(0, equals).trimEnd().toLowerCase(), parameter.slice(equals + 1).trimStart()];
}

/** Digits with at most one point, 1 at most; more digits than RFC 9110 §12.4.2 allows are read, all else is 0. */
function parseWeight(text: string): number {
  let points = 0;
  for (const character of text) {
    if (character === '.') points++;
    else if (character < '0' || character > '9') return 0;
  }
  return points > 1 ? 0 : Math.min(Number(`0${text}`), 1);
}

/** Splits at a separator that does not stand in a quoted string (RFC 9110 §5.6.4) and trims the pieces. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): [...string[], string] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character === '\\') at++;
    else if (!isQuoted && character === separator) {
      pieces.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start).trim()];
}
