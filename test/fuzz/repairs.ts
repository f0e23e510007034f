/**
 * What must leave the ambassador for what came, by the rules of its documentation and apart from its code: a repair of the
 * whole text by regular expressions, and then the strict reader, which refuses what has no single reading.
 */
import { readRequests, readResponses } from '../conformance/reference-reader';

/** The bytes of a stream of messages that must be sent on. Latin-1 text. */
export interface Relayed {
  /** All messages that came whole. */
  readonly whole: string;
  /** The head of a message after them whose content has not come whole, or is refused. */
  readonly begun: string;
}

/** A part of a message in regular form, and where it ends in the text that came. */
interface RegularPart {
  readonly text: string;
  readonly end: number;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const trim = (text: string): string => text.replace(/^[\t ]+/, '').replace(/[\t ]+$/, '');
const isFolded = (line: string): boolean => /^[\t ]/.test(line);
const EMPTY_LINES = /(?:\r?\n)*/y;
const BARE = /[\0\r\n]/;

function skipEmptyLines(text: string, start: number): number {
  EMPTY_LINES.lastIndex = start;
  return start + (EMPTY_LINES.exec(text)?.[0].length ?? 0);
}

const headText = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

const NEVER_FOLDED = /^(?:host|content[-_]length|transfer[-_]encoding):/i;
const PADDED = /^(content-length|transfer-encoding):(?=\t| [\t ]|.*[\t ]$)[\t ]*(.*)$/i;

function regularRequestHead(text: string, from: number): RegularPart | undefined {
  const start = skipEmptyLines(text, from);
  const firstEnd = text.indexOf('\n', start);
  const lineEnd = text[firstEnd - 1] === '\r' ? '\r\n' : '\n';
  const end = text.indexOf(lineEnd + lineEnd, start);
  if (firstEnd < 0 || end < 0) return undefined;
  const [requestLine = '', ...lines] = text.slice(start, end).split(lineEnd === '\n' ? '\n' : /\r\n|\n(?=[\t ])/);
  if ([requestLine, ...lines].some((line) => BARE.test(line))) return undefined;
  const fields: string[] = [];
  for (const line of lines) {
    if (!isFolded(line)) fields.push(line);
    else {
      const folded = fields.pop();
      if (folded === undefined || NEVER_FOLDED.test(folded)) return undefined;
      fields.push(`${folded} ${trim(line)}`);
    }
  }
  const unpadded = fields.map((line) =>
    line.replace(PADDED, (_, name: string, value: string) => `${name}: ${trim(value)}`),
  );
  return { text: headText([requestLine, ...unpadded]), end: end + 2 * lineEnd.length };
}

/** The requests that a target must receive, the trailers of their content left out. */
export function relayedRequests(text: string): Relayed {
  let whole = '';
  let at = 0;
  for (;;) {
    const head = regularRequestHead(text, at);
    if (head === undefined || readRequests(latin1(head.text)).ending.at === 'fault') return { whole, begun: '' };
    const [request] = readRequests(latin1(head.text + text.slice(head.end))).requests;
    if (request === undefined) return { whole, begun: head.text };
    const length = request.end - head.text.length;
    const body = text.slice(head.end, head.end + length);
    const trailers = request.trailers.map((line) => `${line}\r\n`).join('');
    whole += head.text + (trailers === '' ? body : `${body.slice(0, -trailers.length - 2)}\r\n`);
    at = head.end + length;
    if (!request.isPersistent) return { whole, begun: '' };
  }
}

const STATUS_LINE = /^http\/([0-9])(?:\.([0-9]))?[\t ]+([1-9][0-9]{2})(?:[\t ](.*))?$/is;
const REGULAR_STATUS_LINE = /^HTTP\/1\.[0-9] [1-9][0-9]{2} /;

function regularStatusLine(line: string): string | undefined {
  const [, major = '', minor = '0', code, reason = ''] = STATUS_LINE.exec(line) ?? [];
  if (code === undefined || REGULAR_STATUS_LINE.test(line)) return code === undefined ? undefined : line;
  const nearest = major === '1' ? minor : major === '0' ? '0' : '1';
  return `HTTP/1.${nearest} ${code} ${trim(reason)}`;
}

function regularFields(lines: readonly string[]): readonly string[] {
  const fields: string[] = [];
  for (const line of lines) {
    if (!isFolded(line)) fields.push(line);
    else if (fields.length > 0) fields.push(`${fields.pop() ?? ''} ${trim(line)}`);
  }
  return fields
    .filter((line) => line.includes(':'))
    .map((line) =>
      line.replace(/^([^:]*?)[\t ]+:(.*)$/s, (_, name: string, value: string) => `${name}: ${trim(value)}`),
    );
}

const valuesOf = (fields: readonly string[], name: RegExp): readonly string[] =>
  fields
    .filter((line) => name.test(line))
    .flatMap((line) => line.slice(line.indexOf(':') + 1).split(','))
    .map(trim);

const LENGTH = /^content-length:/i;
const CODING = /^transfer-encoding:/i;
const CONNECTION = /^(?:connection|keep-alive):/i;

/** A head whose framing fields need no repair keeps them as they are. */
function regularFraming(statusLine: string, fields: readonly string[]): readonly string[] {
  const named = valuesOf(fields, CODING);
  const codings = named.filter((coding) => !/^(?:identity)?$/i.test(coding));
  const lengths = valuesOf(fields, LENGTH);
  const isOld = statusLine.startsWith('HTTP/1.0');
  const chunked = codings.filter((coding) => /^chunked$/i.test(coding));
  const before = codings.slice(0, codings.length - chunked.length);
  if (chunked.length > 0 && !before.some((coding) => /^chunked$/i.test(coding))) {
    const isDisputed = chunked.length > 1 || lengths.length > 0 || isOld;
    if (!isDisputed && named.length === codings.length) return [statusLine, ...fields];
    const others = fields.filter((line) => !LENGTH.test(line) && !CODING.test(line));
    return [
      isDisputed ? statusLine.replace(/^HTTP\/1\.0/, 'HTTP/1.1') : statusLine,
      ...(isDisputed ? others.filter((line) => !CONNECTION.test(line)) : others),
      `Transfer-Encoding: ${[...before, 'chunked'].join(', ')}`,
      ...(isDisputed ? ['Connection: close'] : []),
    ];
  }
  const merged = mergeLengths(fields, lengths);
  if (named.length === codings.length) return [statusLine, ...merged];
  const left = codings.length === 0 ? [] : [`Transfer-Encoding: ${codings.join(', ')}`];
  return [statusLine, ...merged.filter((line) => !CODING.test(line)), ...left];
}

function mergeLengths(fields: readonly string[], lengths: readonly string[]): readonly string[] {
  const areEqual = lengths.every(
    (length) => /^[0-9]{1,16}$/.test(length) && BigInt(length) === BigInt(lengths[0] ?? ''),
  );
  if (lengths.length < 2 || !areEqual) return fields;
  const first = fields.findIndex((line) => LENGTH.test(line));
  return fields
    .filter((line, index) => index <= first || !LENGTH.test(line))
    .map((line) => (LENGTH.test(line) ? `Content-Length: ${BigInt(lengths[0] ?? '')}` : line));
}

/** Final responses have a reading of their framing fields even without content. */
const statesFraming = (method: string, status: number): boolean =>
  status >= 200 && (method !== 'CONNECT' || status >= 300);

const hasContent = (method: string, status: number): boolean =>
  method !== 'HEAD' && status !== 204 && status !== 304 && statesFraming(method, status);

function regularResponseHead(text: string, from: number, method: string): RegularPart | undefined {
  const start = skipEmptyLines(text, from);
  const end = /\n(\r?\n)/g;
  end.lastIndex = start;
  const match = end.exec(text);
  if (match === null) return undefined;
  const [first = '', ...lines] = text.slice(start, match.index).replace(/\r$/, '').split(/\r?\n/);
  const statusLine = regularStatusLine(first);
  if (statusLine === undefined || [first, ...lines].some((line) => BARE.test(line))) return undefined;
  const fields = regularFields(lines);
  const isStated = statesFraming(method, Number(statusLine.slice(9, 12)));
  return {
    text: headText(isStated ? regularFraming(statusLine, fields) : [statusLine, ...fields]),
    end: end.lastIndex,
  };
}

const CHUNK_LINE = /([0-9a-f]{1,13})([\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?)(\r?\n)/iy;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const EXTENSIONS = new RegExp(
  `^(?:[\\t ]*;[\\t ]*${TOKEN}(?:[\\t ]*=[\\t ]*(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))?)*$`,
  's',
);

/** Chunked content in regular form, as far as it goes. */
function regularChunks(text: string, start: number): RegularPart | undefined {
  let regular = '';
  let at = start;
  for (;;) {
    CHUNK_LINE.lastIndex = at;
    const [line, size = '', extensions = '', lineEnd] = CHUNK_LINE.exec(text) ?? [];
    if (line === undefined) return undefined;
    const length = parseInt(size, 16);
    regular += EXTENSIONS.test(extensions) && lineEnd === '\r\n' ? line : `${length.toString(16)}\r\n`;
    at += line.length;
    if (length === 0) break;
    const [edge] = /^\r?\n/.exec(text.slice(at + length, at + length + 2)) ?? [];
    if (edge === undefined) return undefined;
    regular += `${text.slice(at, at + length)}\r\n`;
    at += length + edge.length;
  }
  const trailers = regularTrailers(text, at);
  return trailers === undefined ? undefined : { text: regular + trailers.text, end: trailers.end };
}

function regularTrailers(text: string, at: number): RegularPart | undefined {
  const [section] = /^(?:\r?\n|[^]*?\n\r?\n)/.exec(text.slice(at)) ?? [];
  if (section === undefined) return undefined;
  const lines = section.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.some((line) => BARE.test(line))) return undefined;
  const trailers = regularFields(lines.filter((line) => line !== ''));
  return { text: [...trailers, ''].map((line) => `${line}\r\n`).join(''), end: at + section.length };
}

/** One response in regular form, which begins at `at`, as far as it goes. */
interface RegularResponse {
  readonly text: string;
  readonly end: number;
  readonly kind: 'interim' | 'final' | 'until-close' | 'begun';
}

const isChunkedHead = (head: string): boolean => /^chunked$/i.test(valuesOf(head.split('\r\n'), CODING).at(-1) ?? '');

function regularResponse(text: string, at: number, method: string): RegularResponse | undefined {
  const head = regularResponseHead(text, at, method);
  if (head === undefined || readResponses(latin1(head.text), [method], true).ending.at === 'fault') return undefined;
  const status = Number(head.text.slice(9, 12));
  if (status < 200) return { ...head, kind: 'interim' };
  const isChunked = hasContent(method, status) && isChunkedHead(head.text);
  const content = isChunked ? regularChunks(text, head.end) : { text: text.slice(head.end), end: text.length };
  if (content === undefined) return { ...head, kind: 'begun' };
  const whole = head.text + content.text;
  const [response] = readResponses(latin1(whole), [method], true).responses;
  if (response === undefined) return { ...head, kind: 'begun' };
  const end = isChunked ? content.end : head.end + response.end - head.text.length;
  return { text: whole.slice(0, response.end), end, kind: response.isUntilClose ? 'until-close' : 'final' };
}

/** The responses that a client must receive; `methods` of the requests in order, of which the last stands for all that follow. */
export function relayedResponses(text: string, methods: readonly string[]): Relayed {
  let whole = '';
  let at = 0;
  let answered = 0;
  for (;;) {
    const response = regularResponse(text, at, methods[Math.min(answered, methods.length - 1)] ?? '');
    if (response === undefined) return { whole, begun: '' };
    if (response.kind === 'begun') return { whole, begun: response.text };
    whole += response.text;
    at = response.end;
    if (response.kind === 'until-close') return { whole, begun: '' };
    if (response.kind === 'final') answered++;
  }
}
