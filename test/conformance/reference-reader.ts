/**
 * A second opinion on HTTP/1.1 messages, written apart from the product: it shares no code with it and works in another
 * way (regular expressions over the whole text instead of a machine over pieces). It accepts nothing but what may leave the
 * ambassador, so that a message that it reads can be read in one way only.
 */
import {
  type Chunks,
  type Ending,
  Fault,
  type Fields,
  type Head,
  Incomplete,
  REQUEST_FIELD,
  RESPONSE_FIELD,
  TOKEN,
  endingOf,
  isPersistent,
  lengthOf,
  readChunks,
  readHead,
  take,
  tokens,
} from './reference-text';

/** The head of a request, from its first byte to the first byte of its content. */
export interface ModelRequestHead {
  readonly method: string;
  readonly target: string;
  readonly fields: Fields;
  readonly start: number;
  readonly contentStart: number;
}

export interface ModelRequest extends ModelRequestHead {
  readonly body: Buffer;
  /** The field lines after the last chunk. */
  readonly trailers: readonly string[];
  readonly isPersistent: boolean;
  /** What follows may be another protocol: it depends on the response. */
  readonly mayBecomeOpaque: boolean;
  readonly end: number;
}

export interface ModelReading {
  readonly requests: readonly ModelRequest[];
  /** The head of the request whose content the bytes do not complete. */
  readonly unfinished: ModelRequestHead | undefined;
  readonly ending: Ending;
}

/** A method has at most 64 bytes. */
const REQUEST_LINE = new RegExp(`^(?=[^ ]{1,64} )(${TOKEN}) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.([0-9])$`);
/** Puma, Starman and PHP misread white space around these values. */
const PADDED_FRAMING = /^(?:content-length|transfer-encoding):(?:\t| [\t ]|.*[\t ]$)/i;

const IP_LITERAL = '\\[[0-9A-Za-z:.%_~-]+\\]';
const HOST = new RegExp(`^(?:${IP_LITERAL}|[0-9A-Za-z._~!$&'()*+,;=%\\x80-\\xff-]*)(?::[0-9]*)?$`);
const TARGET_FORMS: readonly RegExp[] = [
  /^\//,
  new RegExp(`^[A-Za-z][0-9A-Za-z+.-]*://(?:${IP_LITERAL}|[0-9A-Za-z._~!$&'()*+;=-]+)(?::[0-9]*)?(?:[/?].*)?$`),
];

function isTargetFor(method: string, target: string): boolean {
  if (method === 'CONNECT') return HOST.test(target) && /.:[0-9]+$/.test(target);
  if (target === '*') return method === 'OPTIONS';
  return TARGET_FORMS.some((form) => form.test(target));
}

/** Some servers count chunks in 32 bits. */
const MAX_REQUEST_CHUNK = 2 ** 31 - 1;

/** Reads requests one after the other. `isOpaqueAfter(n)` says whether the n-th response switched protocols. */
export function readRequests(bytes: Buffer, isOpaqueAfter: (index: number) => boolean = () => false): ModelReading {
  const text = bytes.toString('latin1');
  const requests: ModelRequest[] = [];
  let unfinished: ModelRequestHead | undefined;
  let at = 0;
  try {
    while (at < text.length) {
      const last = requests.at(-1);
      if (last?.mayBecomeOpaque === true && isOpaqueAfter(requests.length - 1))
        return { requests, unfinished, ending: { at: 'opaque' } };
      if (last?.isPersistent === false) throw new Fault('bytes after a request that is not persistent');
      const head = readRequestHead(text, at);
      unfinished = head;
      const request = readRequest(text, head);
      unfinished = undefined;
      requests.push(request);
      at = request.end;
    }
    return { requests, unfinished, ending: { at: 'boundary' } };
  } catch (error) {
    return { requests, unfinished, ending: endingOf(error) };
  }
}

interface RequestHead extends ModelRequestHead {
  readonly isOld: boolean;
}

function readRequestHead(text: string, start: number): RequestHead {
  const head = readHead(text, start, REQUEST_FIELD);
  const [, method, target, minor] = REQUEST_LINE.exec(head.startLine) ?? [];
  if (method === undefined || target === undefined) throw new Fault(`request line ${JSON.stringify(head.startLine)}`);
  if (!isTargetFor(method, target)) throw new Fault(`${method} for the target ${JSON.stringify(target)}`);
  const isOld = minor === '0';
  checkHost(head.fields.all('host'), isOld);
  if (head.lines.some((line) => PADDED_FRAMING.test(line))) throw new Fault('white space around a framing value');
  for (const disguised of ['content_length', 'transfer_encoding'])
    if (head.fields.all(disguised).length > 0) throw new Fault(disguised);
  return { method, target, fields: head.fields, start, contentStart: head.end, isOld };
}

function readRequest(text: string, head: RequestHead): ModelRequest {
  const { fields, isOld } = head;
  const { body, trailers, end } = readBody(text, head.contentStart, fields, isOld);
  if (head.method === 'CONNECT' && end > head.contentStart) throw new Fault('CONNECT with content');
  return {
    ...head,
    body: Buffer.from(body, 'latin1'),
    trailers,
    isPersistent: isPersistent(fields, isOld),
    mayBecomeOpaque: head.method === 'CONNECT' || fields.all('upgrade').length > 0,
    end,
  };
}

function checkHost(hosts: readonly string[], isOld: boolean): void {
  if (hosts.length > 1 || (hosts.length === 0 && !isOld)) throw new Fault(`${hosts.length} Host fields`);
  if (!hosts.every((host) => HOST.test(host))) throw new Fault(`Host ${JSON.stringify(hosts)}`);
}

function readBody(text: string, at: number, fields: Fields, isOld: boolean): Chunks {
  const codings = fields.all('transfer-encoding');
  const lengths = fields.all('content-length');
  if (codings.length === 0) return { ...take(text, at, lengthOf(lengths)), trailers: [] };
  if (lengths.length > 0) throw new Fault('Transfer-Encoding with Content-Length');
  if (isOld) throw new Fault('Transfer-Encoding on HTTP/1.0');
  if (tokens(codings).join() !== 'chunked') throw new Fault(`codings ${JSON.stringify(codings)}`);
  return readChunks(text, at, REQUEST_FIELD, MAX_REQUEST_CHUNK);
}

export interface ModelResponse {
  readonly status: number;
  /** As it came, without the empty line. */
  readonly head: string;
  readonly fields: Fields;
  readonly body: Buffer;
  readonly isPersistent: boolean;
  /** Only the end of the connection says where it ends. */
  readonly isUntilClose: boolean;
  readonly end: number;
}

export interface ModelAnswers {
  /** Final responses only. */
  readonly responses: readonly ModelResponse[];
  readonly ending: Ending;
}

/** Why an ending is a fault when there are more responses than requests. */
export const UNASKED = 'a response that nobody asked for';
/** Content behind the answer to HEAD, or more of it than was told. */
export const BEHIND_THE_LAST = 'bytes behind the last response';

/** Reads the final responses to requests of these methods; `isClosed` when the sender has ended the connection. */
export function readResponses(bytes: Buffer, methods: readonly string[], isClosed: boolean): ModelAnswers {
  const text = bytes.toString('latin1');
  const responses: ModelResponse[] = [];
  let at = 0;
  try {
    while (at < text.length) {
      const method = methods[responses.length];
      if (method === undefined) throw new Fault(text.startsWith('HTTP/', at) ? UNASKED : BEHIND_THE_LAST);
      const response = readResponse(text, at, method, isClosed);
      at = response.end;
      if (response.status >= 200 || response.status === 101) responses.push(response);
      if (switchesProtocol(method, response.status)) return { responses, ending: { at: 'opaque' } };
    }
    return { responses, ending: { at: 'boundary' } };
  } catch (error) {
    return { responses, ending: endingOf(error) };
  }
}

/** Whether what follows a response with this status is no longer HTTP. */
export const switchesProtocol = (method: string | undefined, status: number): boolean =>
  status === 101 || (method === 'CONNECT' && status >= 200 && status < 300);

const hasNoBody = (method: string, status: number): boolean =>
  method === 'HEAD' || status < 200 || status === 204 || status === 304 || (method === 'CONNECT' && status < 300);

/** The space before the reason phrase is there even where the phrase is empty (RFC 9112 §4). */
const STATUS_LINE = /^HTTP\/1\.([0-9]) ([1-9][0-9]{2}) [^\0\r\n]*$/;

function readResponse(text: string, start: number, method: string, isClosed: boolean): ModelResponse {
  const head = readHead(text, start, RESPONSE_FIELD);
  const [, minor, code] = STATUS_LINE.exec(head.startLine) ?? [];
  if (code === undefined) throw new Fault(`status line ${JSON.stringify(head.startLine)}`);
  const status = Number(code);
  const isOld = minor === '0';
  const { body, end, isUntilClose } = hasNoBody(method, status)
    ? { body: '', end: head.end, isUntilClose: false }
    : readContent(text, head, isOld, isClosed);
  return {
    status,
    head: text.slice(start, head.end - 4),
    fields: head.fields,
    body: Buffer.from(body, 'latin1'),
    isPersistent: isPersistent(head.fields, isOld) && !isUntilClose,
    isUntilClose,
    end,
  };
}

interface Content {
  readonly body: string;
  readonly end: number;
  readonly isUntilClose: boolean;
}

const COMPRESSIONS: readonly string[] = ['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress'];

function readContent(text: string, head: Head, isOld: boolean, isClosed: boolean): Content {
  const lengths = head.fields.all('content-length');
  const codings = tokens(head.fields.all('transfer-encoding'));
  if (codings.length > 0) {
    if (lengths.length > 0) throw new Fault('Transfer-Encoding with Content-Length');
    if (isOld) throw new Fault('Transfer-Encoding on HTTP/1.0');
    if (!areCodings(codings)) throw new Fault(`codings ${JSON.stringify(codings)}`);
    if (codings.at(-1) === 'chunked') return { ...readChunks(text, head.end, RESPONSE_FIELD), isUntilClose: false };
  } else if (lengths.length > 0) return { ...take(text, head.end, lengthOf(lengths)), isUntilClose: false };
  if (!isClosed) throw new Incomplete();
  return { body: text.slice(head.end), end: text.length, isUntilClose: true };
}

/** Codings that say where the content ends: with `chunked`, once and last, or with the connection. */
function areCodings(codings: readonly string[]): boolean {
  const others = codings.at(-1) === 'chunked' ? codings.slice(0, -1) : codings;
  if (!others.every((coding) => CODING.test(coding) && coding !== 'chunked' && coding !== 'identity')) return false;
  return others.length < codings.length || others.every((coding) => COMPRESSIONS.includes(coding));
}

const CODING = new RegExp(`^${TOKEN}$`);
