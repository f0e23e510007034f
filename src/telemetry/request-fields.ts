import { type ExchangeRecord } from '../tunnel/exchange';
import { type RequestHead } from '../http1/request-head';
import { COLON, LF, equalsIgnoreCase, skipBlank, trimBlank } from '../http1/grammar';

/** The request fields that telemetry uses. Values are Latin-1, as they were sent; `''` if the field is missing. */
export interface RequestFields {
  userAgent: string;
  referer: string;
  requestId: string;
  traceparent: string;
  forwardedFor: string;
  forwarded: string;
  /**
   * Whether the user agent is that of the kubelet, `kube-probe/…`. Any client can send it: see {@link isQuietProbe}.
   */
  isProbe: boolean;
}

type NotedName = Exclude<keyof RequestFields, 'isProbe'>;

interface Noted {
  readonly property: NotedName;
  readonly lower: string;
  /** The line of a repeated field that is used. The last line of a list contains the value of the nearest proxy. */
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

/** The fields by the first octet of their lines, in either letter case: most lines are skipped after one comparison. */
const BY_FIRST_OCTET: (readonly Noted[] | undefined)[] = Array.from({ length: 256 }, (_, octet) => {
  const letter = String.fromCharCode(octet).toLowerCase();
  const candidates = NOTED.filter(({ lower }) => lower.startsWith(letter));
  return octet >= 0x41 && octet <= 0x7a && candidates.length > 0 ? candidates : undefined;
});

const NONE: Readonly<RequestFields> = Object.freeze(nothing());
const PROBE_AGENT = 'kube-probe/';
const PROBE_BYTES = Buffer.from(PROBE_AGENT);
/** The shift table of the Horspool algorithm: the distance that the search can skip after each octet. */
const STEP = Uint8Array.from({ length: 256 }, (_, octet) => {
  const place = PROBE_BYTES.lastIndexOf(octet, PROBE_BYTES.length - 2);
  return PROBE_BYTES.length - 1 - place;
});

/** Reads the fields for telemetry in one pass over the head; other fields are skipped. */
export function requestFieldsOf(exchange: ExchangeRecord): Readonly<RequestFields> {
  const head = exchange.request;
  if (head === undefined) return NONE;
  const noted = nothing();
  scan(head, noted);
  noted.isProbe = noted.userAgent.startsWith(PROBE_AGENT);
  return noted;
}

/** Determines only {@link RequestFields.isProbe}: few heads contain the text at all, and only their fields are read. */
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
 * Whether the exchange is a successful probe. A failed one is important and is logged and counted. A client that only
 * pretends to be a probe therefore cannot hide its failed attempts.
 */
export const isQuietProbe = (exchange: ExchangeRecord, fields: Pick<RequestFields, 'isProbe'>): boolean =>
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
