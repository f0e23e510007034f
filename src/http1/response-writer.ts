import { type Field, LINE, LINE_END, NAME_END, NO_PLACE, locateFieldLines, placeAt } from './fields';
import { frameAncestorsIn } from './frame-ancestors';
import { FIELD_VALUE, TOKEN, equalsIgnoreCase } from './grammar';
import { type ResponseHead } from './response-head';

/**
 * Fields that are true only of the target's content: its framing, its form, and how a browser is to treat that one document.
 * docs/overrides.md gives the reason for each.
 */
const DESCRIBES_CONTENT = [
  'content-length',
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'content-location',
  'content-range',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'transfer-encoding',
  'trailer',
  'accept-ranges',
  'etag',
  'last-modified',
  // policies of the document
  'content-security-policy',
  'content-security-policy-report-only',
  'x-content-security-policy',
  'x-webkit-csp',
  'document-policy',
  'document-policy-report-only',
  'require-document-policy',
  'integrity-policy',
  'integrity-policy-report-only',
  // fields that act as an element of the document
  'link',
  'refresh',
  'default-style',
  'content-style-type',
  'content-script-type',
  'x-ua-compatible',
  'speculation-rules',
  'sourcemap',
  'x-sourcemap',
];

/** Fields that control the connection: the ambassador writes them when it closes the connection. */
const DESCRIBES_CONNECTION = ['connection', 'keep-alive', 'proxy-connection'];

const CRLF = '\r\n';
const CLOSE = Buffer.from('Connection: close\r\n');
const KEEP_ALIVE = Buffer.from('Connection: keep-alive\r\n');
const EMPTY_LINE = Buffer.from(CRLF);
const NO_CONTENT = Buffer.alloc(0);

/**
 * An authored response that replaces the target's, rendered as far as possible before the request is known. With `status`
 * undefined the target's status line goes out as it came; with `keepsFields` so do those of its fields that do not describe
 * its content and are not among the fields of the override.
 */
export interface Override {
  readonly status: { readonly code: number; readonly line: Buffer } | undefined;
  readonly keepsFields: boolean;
  readonly dropped: FieldNames;
  /** Dropped fields that leave their `frame-ancestors` behind. Empty where a policy of the page's takes the place of the target's. */
  readonly reduced: FieldNames;
  readonly fieldLines: Buffer;
  readonly hasDate: boolean;
  readonly content: Buffer;
}

/** The facts of one exchange that the rendering needs. */
export interface OverrideContext {
  readonly omitsContent: boolean;
  readonly closes: boolean;
  /** The `x` of the client's `HTTP/1.x`: to 1.0 persistence must be said. */
  readonly minorVersion: number;
  /** An IMF-fixdate (RFC 9110 §5.6.7), used where the target gave none. */
  readonly date: string;
}

/** A set of field names that is asked with bytes. */
class FieldNames {
  readonly #byLength: string[][] = [];

  constructor(names: Iterable<string>) {
    for (const name of names) (this.#byLength[name.length] ??= []).push(name);
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    const names = this.#byLength[end - start];
    if (names !== undefined) for (const name of names) if (equalsIgnoreCase(bytes, start, end, name)) return true;
    return false;
  }
}

const CONNECTION_NAMES = new FieldNames(DESCRIBES_CONNECTION);
const DATE_NAME = new FieldNames(['date']);
const POLICY = 'content-security-policy';
const POLICY_NAME = new FieldNames([POLICY]);
const NO_NAMES = new FieldNames([]);

/**
 * @throws TypeError for a status, a field or a value that a response cannot contain: a line end in a value would let its
 * source add fields, or a second response.
 */
export function createOverride(source: {
  readonly status?: number;
  readonly reason?: string;
  readonly keepsFields: boolean;
  /** Fields that take the place of the target's of the same name. */
  readonly fields: readonly Field[];
  /** Fields that stand beside the target's of the same name. */
  readonly added?: readonly Field[];
  readonly content: Buffer;
  /** How reason and fields become octets; UTF-8 unless said otherwise. */
  readonly encoding?: 'utf8' | 'latin1';
}): Override {
  const fields = [...source.fields, ...(source.added ?? [])].filter(({ name }) => !isFraming(name));
  const names = source.fields.map(({ name }) => name.toLowerCase());
  const encoding = source.encoding ?? 'utf8';
  return {
    status: source.status === undefined ? undefined : renderStatus(source.status, source.reason ?? '', encoding),
    keepsFields: source.keepsFields,
    dropped: new FieldNames(new Set([...DESCRIBES_CONTENT, ...names])),
    reduced: names.includes(POLICY) ? NO_NAMES : POLICY_NAME,
    fieldLines: Buffer.concat(fields.map((field) => renderField(field, encoding))),
    hasDate: names.includes('date'),
    content: source.content,
  };
}

function isFraming(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'content-length' || lower === 'transfer-encoding' || DESCRIBES_CONNECTION.includes(lower);
}

function renderStatus(code: number, reason: string, encoding: 'utf8' | 'latin1'): { code: number; line: Buffer } {
  if (!Number.isInteger(code) || code < 200 || code > 999) {
    throw new TypeError(`an override needs a final status from 200 to 999, not ${code}`);
  }
  const line = Buffer.from(`HTTP/1.1 ${code} ${reason}${CRLF}`, encoding);
  if (!isFieldValue(line.subarray(0, -CRLF.length)))
    throw new TypeError('the reason phrase of an override has a control character');
  return { code, line };
}

function renderField({ name, value }: Field, encoding: 'utf8' | 'latin1'): Buffer {
  if (name === '' || Buffer.from(name).some((octet) => TOKEN[octet] === 0)) {
    throw new TypeError(`${JSON.stringify(name)} is not a field name`);
  }
  const line = Buffer.from(`${name}: ${value}${CRLF}`, encoding);
  if (!isFieldValue(line.subarray(0, -CRLF.length))) {
    throw new TypeError(`the value of the field ${name} has a control character: ${JSON.stringify(value)}`);
  }
  return line;
}

const isFieldValue = (bytes: Buffer): boolean => bytes.every((octet) => FIELD_VALUE[octet] === 1);

/** The whole response that goes out, in one piece. */
export function renderOverride(override: Override, target: ResponseHead, context: OverrideContext): Buffer {
  const kept = override.keepsFields ? keptLines(override, target, context.closes) : { pieces: [], hasDate: false };
  const code = override.status?.code ?? target.statusCode;
  const hasNoBody = code === 204 || code === 304;
  const pieces = [override.status?.line ?? statusLineOf(target), ...kept.pieces];
  pieces.push(override.fieldLines);
  if (!override.hasDate && !kept.hasDate) pieces.push(Buffer.from(`Date: ${context.date}${CRLF}`));
  if (!hasNoBody) pieces.push(Buffer.from(`Content-Length: ${override.content.length}${CRLF}`));
  if (context.closes) pieces.push(CLOSE);
  else if (context.minorVersion === 0 && !override.keepsFields) pieces.push(KEEP_ALIVE);
  pieces.push(EMPTY_LINE, context.omitsContent || hasNoBody ? NO_CONTENT : override.content);
  return Buffer.concat(pieces);
}

const statusLineOf = ({ bytes, start, fieldsStart }: ResponseHead): Buffer => bytes.subarray(start, fieldsStart);

/** A target's head with `Connection: close` in place of its own connection options (RFC 9112 §9.6). */
export function renderClosingHead(target: ResponseHead): Buffer {
  const { pieces } = keptLines({ dropped: NO_NAMES, reduced: NO_NAMES }, target, true);
  return Buffer.concat([statusLineOf(target), ...pieces, CLOSE, EMPTY_LINE]);
}

function keptLines(
  { dropped, reduced }: Pick<Override, 'dropped' | 'reduced'>,
  target: ResponseHead,
  closes: boolean,
): { pieces: Buffer[]; hasDate: boolean } {
  const { bytes } = target;
  const sectionEnd = target.end - CRLF.length;
  const pieces: Buffer[] = [];
  let keptFrom = target.fieldsStart;
  let hasDate = false;
  const places = locateFieldLines(bytes, keptFrom, sectionEnd);
  for (let line = 0; ; line += LINE) {
    const lineStart = placeAt(places, line);
    if (lineStart === NO_PLACE) break;
    const nameEnd = placeAt(places, line + NAME_END);
    const lineEnd = placeAt(places, line + LINE_END);
    const isDropped =
      dropped.has(bytes, lineStart, nameEnd) || (closes && CONNECTION_NAMES.has(bytes, lineStart, nameEnd));
    if (isDropped) {
      if (keptFrom < lineStart) pieces.push(bytes.subarray(keptFrom, lineStart));
      if (reduced.has(bytes, lineStart, nameEnd)) pieces.push(framingLine(bytes, nameEnd, lineEnd));
      keptFrom = lineEnd;
    } else hasDate ||= DATE_NAME.has(bytes, lineStart, nameEnd);
  }
  if (keptFrom < sectionEnd) pieces.push(bytes.subarray(keptFrom, sectionEnd));
  return { pieces, hasDate };
}

/** The policy whose name ends at `nameEnd`, reduced to its `frame-ancestors`; empty without them. */
function framingLine(bytes: Buffer, nameEnd: number, lineEnd: number): Buffer {
  const directives = frameAncestorsIn(bytes, nameEnd + 1, lineEnd);
  return directives === '' ? NO_CONTENT : Buffer.from(`Content-Security-Policy: ${directives}${CRLF}`, 'latin1');
}
