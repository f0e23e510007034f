/**
 * A second opinion on HTTP/1.1 messages, written apart from the product: it shares no code with it and works in another
 * way (regular expressions over the whole text instead of a machine over pieces). It takes nothing that the grammar of
 * RFC 9112 does not allow, so a message that it reads can be read in one way only.
 */

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
  /** Where the bytes end: after a complete message, inside one, or in something that is not a message. */
  readonly ending: { readonly at: 'boundary' | 'inside' | 'opaque' } | { readonly at: 'fault'; readonly why: string };
}

/** Thrown inside the model only. */
class Fault extends Error {}
class Incomplete extends Error {}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.([0-9])$`);
/** Puma, Starman and PHP take white space that surrounds the value for a part of it; one space before it is usual. */
const PADDED_FRAMING = /^(?:transfer-encoding|content-length):(?:.*[\t ]| [\t ].*|\t.*)$/i;
/** A value may hold every control byte that ends neither a line nor a string (RFC 9110 §5.5). */
const FIELD_LINE = new RegExp(`^(${TOKEN}):([^\\0\\r\\n]*)$`);
const RESPONSE_CHUNK_LINE = /^([0-9A-Fa-f]{1,15})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/;
const QUOTED_STRING = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const CHUNK_EXTENSION = `[\\t ]*;[\\t ]*${TOKEN}(?:[\\t ]*=[\\t ]*(?:${TOKEN}|${QUOTED_STRING}))?`;
/** RFC 9112 §7.1.1, to the letter. */
const REQUEST_CHUNK_LINE = new RegExp(`^([0-9A-Fa-f]{1,15})(?:${CHUNK_EXTENSION})*$`);

/** Some servers count chunks in 32 bits. */
const MAX_REQUEST_CHUNK = 2 ** 31 - 1;

export interface Fields {
  /** All values of the name, in order, trimmed. */
  all(name: string): readonly string[];
}

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

function endingOf(error: unknown): ModelReading['ending'] {
  if (error instanceof Incomplete) return { at: 'inside' };
  if (error instanceof Fault) return { at: 'fault', why: error.message };
  throw error;
}

interface RequestHead extends ModelRequestHead {
  readonly isOld: boolean;
}

function readRequestHead(text: string, start: number): RequestHead {
  const head = readHead(text, start);
  const [, method, target, minor] = REQUEST_LINE.exec(head.startLine) ?? [];
  if (method === undefined || target === undefined) throw new Fault(`request line ${JSON.stringify(head.startLine)}`);
  if (target === '*' && method !== 'OPTIONS') throw new Fault(`${method} *`);
  const isOld = minor === '0';
  const hosts = head.fields.all('host').length;
  if (hosts > 1 || (hosts === 0 && !isOld)) throw new Fault(`${hosts} Host fields`);
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

function isPersistent(fields: Fields, isOld: boolean): boolean {
  const options = tokens(fields.all('connection'));
  return !options.includes('close') && (!isOld || options.includes('keep-alive'));
}

interface Head {
  readonly startLine: string;
  readonly lines: readonly string[];
  readonly fields: Fields;
  readonly end: number;
}

function readHead(text: string, start: number): Head {
  const stop = text.indexOf('\r\n\r\n', start);
  if (stop < 0) throw new Incomplete();
  const [startLine = '', ...lines] = text.slice(start, stop).split('\r\n');
  return { startLine, lines, fields: readFields(lines), end: stop + 4 };
}

function readFields(lines: readonly string[]): Fields {
  const pairs = lines.map((line) => {
    const [, name, value] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Fault(`field line ${JSON.stringify(line)}`);
    return { name: name.toLowerCase(), value: value.replace(/^[\t ]+|[\t ]+$/g, '') };
  });
  return { all: (name) => pairs.filter((pair) => pair.name === name).map((pair) => pair.value) };
}

const tokens = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',')).map((word) => word.replace(/^[\t ]+|[\t ]+$/g, '').toLowerCase());

interface Body {
  readonly body: string;
  readonly end: number;
}

interface MessageBody extends Body {
  readonly trailers: readonly string[];
}

function readBody(text: string, at: number, fields: Fields, isOld: boolean): MessageBody {
  const codings = fields.all('transfer-encoding');
  const lengths = fields.all('content-length');
  if (codings.length > 0) {
    if (lengths.length > 0) throw new Fault('Transfer-Encoding with Content-Length');
    if (isOld) throw new Fault('Transfer-Encoding on HTTP/1.0');
    if (tokens(codings).join() !== 'chunked') throw new Fault(`codings ${JSON.stringify(codings)}`);
    return readChunks(text, at, REQUEST_CHUNK_LINE, MAX_REQUEST_CHUNK);
  }
  if (lengths.length > 1) throw new Fault(`${lengths.length} lengths`);
  const [length = '0'] = lengths;
  if (!/^[0-9]+$/.test(length)) throw new Fault(`Content-Length ${JSON.stringify(length)}`);
  if (BigInt(length) > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault(`Content-Length ${length}`);
  return { ...take(text, at, Number(length)), trailers: [] };
}

function readChunks(text: string, start: number, chunkLine: RegExp, maxSize = Infinity): MessageBody {
  let at = start;
  let body = '';
  for (;;) {
    const line = readLine(text, at);
    const size = chunkLine.exec(line.body)?.[1];
    if (size === undefined) throw new Fault(`chunk line ${JSON.stringify(line.body)}`);
    if (parseInt(size, 16) > maxSize) throw new Fault(`chunk size ${size}`);
    if (/^0+$/.test(size)) return { body, ...readTrailers(text, line.end) };
    const data = take(text, line.end, parseInt(size, 16));
    const edge = take(text, data.end, 2);
    if (edge.body !== '\r\n') throw new Fault(`after chunk data ${JSON.stringify(edge.body)}`);
    body += data.body;
    at = edge.end;
  }
}

function readTrailers(text: string, start: number): Omit<MessageBody, 'body'> {
  const trailers: string[] = [];
  let at = start;
  for (;;) {
    const line = readLine(text, at);
    at = line.end;
    if (line.body === '') break;
    trailers.push(line.body);
  }
  readFields(trailers);
  return { trailers, end: at };
}

function readLine(text: string, at: number): Body {
  const stop = text.indexOf('\r\n', at);
  if (stop < 0) throw new Incomplete();
  return { body: text.slice(at, stop), end: stop + 2 };
}

function take(text: string, at: number, length: number): Body {
  if (text.length - at < length) throw new Incomplete();
  return { body: text.slice(at, at + length), end: at + length };
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
  readonly ending: ModelReading['ending'];
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

function readResponse(text: string, start: number, method: string, isClosed: boolean): ModelResponse {
  const head = readHead(text, start);
  const status = Number(/^HTTP\/1\.[0-9] ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(head.startLine)?.[1]);
  if (Number.isNaN(status)) throw new Fault(`status line ${JSON.stringify(head.startLine)}`);
  const { body, end, isUntilClose } = hasNoBody(method, status)
    ? { body: '', end: head.end, isUntilClose: false }
    : readContent(text, head, isClosed);
  const exact = text.slice(start, head.end - 4);
  return {
    status,
    head: exact,
    fields: head.fields,
    body: Buffer.from(body, 'latin1'),
    isPersistent: isPersistent(head.fields, exact.startsWith('HTTP/1.0')) && !isUntilClose,
    isUntilClose,
    end,
  };
}

function readContent(text: string, head: Head, isClosed: boolean): Body & { readonly isUntilClose: boolean } {
  const isUntilClose = false;
  if (tokens(head.fields.all('transfer-encoding')).at(-1) === 'chunked')
    return { ...readChunks(text, head.end, RESPONSE_CHUNK_LINE), isUntilClose };
  const [length] = head.fields.all('content-length');
  if (length !== undefined) return { ...take(text, head.end, Number(length)), isUntilClose };
  if (!isClosed) throw new Incomplete();
  return { body: text.slice(head.end), end: text.length, isUntilClose: true };
}
