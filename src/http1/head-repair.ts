/**
 * Repairs of heads that RFC 9112 lets, or asks, a recipient repair: the regular form of a head that two parsers would read
 * in the same way after the repair. Such heads are rare, so the code works on text (Latin-1, one character an octet).
 */

const CRLF = '\r\n';

/**
 * A request head with CRLF after each line (§2.2), each fold replaced by spaces (§5.2), and a single space before the value
 * of a framing field and none after it: Puma, Starman and PHP misread those. `head` is complete, and each of its lines valid.
 */
export function repairRequestHead(head: Buffer): Buffer {
  const { startLine, lines } = splitHead(head);
  return render([startLine, ...unfold(lines).map(unpadded)]);
}

/**
 * A response head with regular lines. `head` is complete, and its status line was recognised. The status line gets the form
 * of RFC 9112 §4, a version other than 1.x the nearest of 1.0 and 1.1; folded lines are joined (§5.2); white space before a
 * colon is removed (§5.1); lines without a colon are dropped.
 */
export function repairResponseLines(head: Buffer): Buffer {
  const { startLine, lines } = splitHead(head);
  return render([repairStatusLine(startLine), ...repairFieldLines(lines).map(lineOf)]);
}

/**
 * A response head, regular in its lines, whose framing fields have one reading:
 * - `chunked` counts once, and wins over Content-Length and over version 1.0 (RFC 9112 §6.1, §6.3); a response that was
 *   disputed in this way is the last of its connection;
 * - `identity` and empty transfer codings are dropped;
 * - equal Content-Length values are merged (RFC 9110 §8.6).
 * Differing lengths, and `chunked` before another coding, stay as they are: the parser refuses them.
 */
export function repairResponseFraming(head: Buffer): Buffer {
  const { startLine: statusLine, lines } = splitHead(head);
  const fields = repairFieldLines(lines);
  const named = listed(fields.filter(isCoding));
  const codings = named.filter((coding) => coding !== '' && coding.toLowerCase() !== 'identity');
  const firstChunked = codings.findIndex(isChunkedCoding);
  if (firstChunked === -1 || !codings.slice(firstChunked).every(isChunkedCoding)) {
    const merged = mergeLengths(fields);
    if (codings.length === named.length) return render([statusLine, ...merged.map(lineOf)]);
    const others = merged.filter((field) => !isCoding(field));
    return render([statusLine, ...others.map(lineOf), ...codingLine(codings)]);
  }
  const isDisputed = firstChunked < codings.length - 1 || statusLine.startsWith('HTTP/1.0') || fields.some(isLength);
  const kept = fields.filter((field) => !isFraming(field.name) && !(isDisputed && isConnection(field)));
  return render([
    statusLine.replace(/^HTTP\/1\.0/, 'HTTP/1.1'),
    ...kept.map(lineOf),
    ...codingLine([...codings.slice(0, firstChunked), 'chunked']),
    ...(isDisputed ? ['Connection: close'] : []),
  ]);
}

const codingLine = (codings: readonly string[]): readonly string[] =>
  codings.length === 0 ? [] : [`Transfer-Encoding: ${codings.join(', ')}`];

/** Trailer lines in the form of {@link repairResponseLines}, and the empty line that closes them. */
export const repairTrailers = (section: Buffer): Buffer =>
  render(repairFieldLines(linesOf(section.toString('latin1'))).map(lineOf));

/** One field line; `text` is kept as it was where nothing about it needs a repair. */
interface ParsedField {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

const lineOf = ({ text }: ParsedField): string => text;

const render = (lines: readonly string[]): Buffer => Buffer.from([...lines, '', ''].join(CRLF), 'latin1');

function splitHead(head: Buffer): { readonly startLine: string; readonly lines: readonly string[] } {
  const text = head.toString('latin1');
  const end = text.indexOf('\n');
  return { startLine: withoutCr(text.slice(0, end)), lines: linesOf(text.slice(end + 1)) };
}

/** Without line ends, and without the empty line that closes a section. */
const linesOf = (section: string): readonly string[] =>
  section
    .split('\n')
    .map(withoutCr)
    .filter((line) => line !== '');

const withoutCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const startsBlank = (line: string): boolean => line.startsWith(' ') || line.startsWith('\t');

/** Joins each continuation to the line before it with a space. One without a line before it continues nothing. */
function unfold(lines: readonly string[]): string[] {
  const fields: string[][] = [];
  for (const line of lines) {
    if (!startsBlank(line)) fields.push([line]);
    else fields.at(-1)?.push(trimBlank(line));
  }
  return fields.map((pieces) => pieces.join(' '));
}

/** `undefined` for a line without a colon. */
function splitField(text: string): ParsedField | undefined {
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  const name = text.slice(0, colon);
  const trimmedName = trimBlank(name);
  const value = trimBlank(text.slice(colon + 1));
  return { name: trimmedName, value, text: trimmedName === name ? text : `${trimmedName}: ${value}` };
}

/** A field line with at most a single space around the value, if it is a framing field. */
function unpadded(line: string): string {
  const field = splitField(line);
  if (field === undefined || !isFraming(field.name) || line === `${field.name}:${field.value}`) return line;
  return `${field.name}: ${field.value}`;
}

const repairFieldLines = (lines: readonly string[]): ParsedField[] =>
  unfold(lines).flatMap((line) => splitField(line) ?? []);

/** Removes SP and HTAB only; `trim` would take half of a UTF-8 letter. A loop: a regular expression would be quadratic. */
function trimBlank(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++;
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return text.slice(start, end);
}

const isNamed =
  (lower: string) =>
  ({ name }: { readonly name: string }): boolean =>
    name.length === lower.length && name.toLowerCase() === lower;

const isLength = isNamed('content-length');
const isCoding = isNamed('transfer-encoding');
const isConnection = (field: ParsedField): boolean => isNamed('connection')(field) || isNamed('keep-alive')(field);
const isFraming = (name: string): boolean => isLength({ name }) || isCoding({ name });

const REGULAR_STATUS_LINE = /^HTTP\/1\.\d \d{3} /;

/** Text that was recognised as a status line: `HTTP/`, a version, three digits, and perhaps a reason phrase. */
const STATUS_LINE = /^HTTP\/(\d)(?:\.(\d))?[ \t]+(\d{3})(.*)$/is;

function repairStatusLine(line: string): string {
  if (REGULAR_STATUS_LINE.test(line)) return line;
  return line.replace(STATUS_LINE, (_, major: string, minor: string | undefined, code: string, rest: string) => {
    const version = major === '1' ? (minor ?? '0') : major < '1' ? '0' : '1';
    return `HTTP/1.${version} ${code} ${trimBlank(rest)}`;
  });
}

const isChunkedCoding = (coding: string): boolean => coding.toLowerCase() === 'chunked';

/** The elements of a list-based field, white space around them removed (RFC 9110 §5.6.1). */
const listed = (fields: readonly ParsedField[]): string[] =>
  fields.flatMap(({ value }) => value.split(',')).map(trimBlank);

/** One Content-Length where all values are equal; all of them where they are not. */
function mergeLengths(fields: readonly ParsedField[]): readonly ParsedField[] {
  const values = listed(fields.filter(isLength));
  const [length, ...others] = new Set(values.map(Number));
  const isMergeable = values.length > 1 && others.length === 0 && values.every(isDecimal);
  if (!isMergeable || length === undefined) return fields;
  const text = `Content-Length: ${length}`;
  const at = fields.findIndex(isLength);
  return fields
    .filter((field, index) => index === at || !isLength(field))
    .map((field) => (isLength(field) ? { ...field, text } : field));
}

/** A number that a double holds exactly, or a little more: the parser refuses what is beyond. */
const isDecimal = (value: string): boolean => /^\d{1,16}$/.test(value);
