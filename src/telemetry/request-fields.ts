import { type ExchangeRecord } from '../tunnel/exchange';
import { type RequestHead } from '../http1/request-head';
import { COLON, LF, equalsIgnoreCase, skipBlank, trimBlank } from '../http1/grammar';

/** What telemetry reads from the fields of a request. Values are Latin-1, as they were sent; `''` where there was no such field. */
export interface RequestFields {
  userAgent: string;
  referer: string;
  requestId: string;
  traceparent: string;
  forwardedFor: string;
  forwarded: string;
  /** The kubelet's own request, by its user agent `kube-probe/…`. Anybody can say so: see {@link isQuietProbe}. */
  isProbe: boolean;
}

type NotedName = Exclude<keyof RequestFields, 'isProbe'>;

interface Noted {
  readonly property: NotedName;
  readonly lower: string;
  /** Of a field that is repeated: which line is kept. A list's last line holds what the nearest proxy added. */
  readonly keeps: 'first' | 'last';
}

const NOTED: readonly Noted[] = [
  { property: 'userAgent', lower: 'user-agent', keeps: 'first' },
  { property: 'referer', lower: 'referer', keeps: 'first' },
  { property: 'requestId', lower: 'x-request-id', keeps: 'first' },
  { property: 'traceparent', lower: 'traceparent', keeps: 'first' },
  { property: 'forwardedFor', lower: 'x-forwarded-for', keeps: 'last' },
  { property: 'forwarded', lower: 'forwarded', keeps: 'last' },
];

/** The candidates by the first octet of the line, either letter case: most lines are passed over after one look. */
const BY_FIRST_OCTET: (readonly Noted[] | undefined)[] = Array.from({ length: 256 }, (_, octet) => {
  const letter = String.fromCharCode(octet).toLowerCase();
  const candidates = NOTED.filter(({ lower }) => lower.startsWith(letter));
  return octet >= 0x41 && octet <= 0x7a && candidates.length > 0 ? candidates : undefined;
});

const NONE: Readonly<RequestFields> = Object.freeze(nothing());
const PROBE_AGENT = 'kube-probe/';
const PROBE_BYTES = Buffer.from(PROBE_AGENT);
/** How far the search may go on behind an octet, for the words to end at a later one of the same value (Horspool). */
const STEP = Uint8Array.from({ length: 256 }, (_, octet) => {
  const place = PROBE_BYTES.lastIndexOf(octet, PROBE_BYTES.length - 2);
  return PROBE_BYTES.length - 1 - place;
});

/** Reads the fields that telemetry wants in one pass over the head; the rest is stepped over unread. */
export function requestFieldsOf(exchange: ExchangeRecord): Readonly<RequestFields> {
  const head = exchange.request;
  if (head === undefined) return NONE;
  const noted = nothing();
  scan(head, noted);
  noted.isProbe = noted.userAgent.startsWith(PROBE_AGENT);
  return noted;
}

/** {@link RequestFields.isProbe} for who wants nothing else: few heads hold the words at all, and only those are read. */
export const isProbe = (exchange: ExchangeRecord): boolean =>
  exchange.request !== undefined && mentionsProbe(exchange.request) && requestFieldsOf(exchange).isProbe;

function mentionsProbe({ bytes, fieldsStart, end }: RequestHead): boolean {
  const last = PROBE_BYTES.length - 1;
  for (let at = fieldsStart + last; at < end; at += STEP[bytes[at] ?? 0] ?? 1) {
    if (bytes[at] === PROBE_BYTES[last] && bytes.compare(PROBE_BYTES, 0, last + 1, at - last, at + 1) === 0)
      return true;
  }
  return false;
}

/**
 * A probe that went well. One that did not is news, and worth its line and its count; that is also why a client
 * that merely calls itself a probe cannot hide its failed attempts.
 */
export const isQuietProbe = (exchange: ExchangeRecord, fields: Readonly<RequestFields>): boolean =>
  fields.isProbe && exchange.sentStatus < 400 && exchange.termination === 'ok';

function nothing(): RequestFields {
  return {
    userAgent: '',
    referer: '',
    requestId: '',
    traceparent: '',
    forwardedFor: '',
    forwarded: '',
    isProbe: false,
  };
}

function scan(head: RequestHead, noted: RequestFields): void {
  const { bytes, end } = head;
  let lineStart = head.fieldsStart;
  while (lineStart < end) {
    const lineEnd = bytes.indexOf(LF, lineStart);
    if (lineEnd === -1) return;
    const candidates = BY_FIRST_OCTET[bytes[lineStart] ?? 0];
    if (candidates !== undefined) note(candidates, bytes, { lineStart, lineEnd }, noted);
    lineStart = lineEnd + 1;
  }
}

function note(
  candidates: readonly Noted[],
  bytes: Buffer,
  line: { lineStart: number; lineEnd: number },
  noted: RequestFields,
): void {
  for (const { property, lower, keeps } of candidates) {
    const nameEnd = line.lineStart + lower.length;
    if (bytes[nameEnd] !== COLON || !equalsIgnoreCase(bytes, line.lineStart, nameEnd, lower)) continue;
    if (keeps === 'first' && noted[property] !== '') return;
    // The head is validated: a line ends in CRLF.
    const valueStart = skipBlank(bytes, nameEnd + 1, line.lineEnd - 1);
    noted[property] = bytes.toString('latin1', valueStart, trimBlank(bytes, valueStart, line.lineEnd - 1));
    return;
  }
}
