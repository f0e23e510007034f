import { randomText, type Random } from './random';

/** One valid request with the valid response that the target gives; latin-1 text. */
export interface ScriptedExchange {
  readonly method: string;
  readonly request: string;
  readonly response: string;
  /** The response is a 404 that the client gets a page for. */
  readonly isOverridden: boolean;
  /** Nothing may follow on this connection: one of the two said so, or the end of the connection ends the response. */
  readonly isLast: boolean;
  /** 101 or a 2xx to CONNECT: what follows are the bytes of another protocol. */
  readonly isOpaque: boolean;
}

const NAMES = [
  'Accept-Language',
  'x-lower',
  'X-UPPER',
  'Cookie',
  'X-Empty',
  'Referer',
  'x_under',
  "X!#$%&'*+",
] as const;
const VALUES = [
  'a',
  '',
  'a, b',
  '"quoted, \\" text"',
  'caf\xe9 \xff',
  'a\tb',
  'chunked',
  '404',
  'close',
  '0',
  'HTTP/1.1 404 Not Found',
] as const;
const SPACES = ['', ' ', '  ', '\t', ' \t '] as const;

function someFields(random: Random): string {
  const count = random.chance(0.1) ? 60 : random.below(5);
  return Array.from({ length: count }, () => field(random, random.pick(NAMES), random.pick(VALUES))).join('');
}

const field = (random: Random, name: string, value: string): string =>
  `${random.chance(0.2) ? name.toLowerCase() : name}:${random.pick(SPACES)}${value}${random.chance(0.1) ? ' ' : ''}\r\n`;

function contentOf(random: Random): string {
  return randomText(random, random.below(1 + random.pick([0, 1, 5, 100, 100, 1000, 1000, 20_000, 200_000])));
}

const EXTENSIONS = ['', '', '', ';a', ';a=b', ';a="b;c"', '; a = b', ' ;a'] as const;
const TRAILERS = ['', '', '', 'X-Sum: 1\r\n', 'X-Sum: 1\r\nx-more:2\r\n'] as const;

/** Content in chunks of any size. */
function chunksOf(random: Random, content: string): string {
  let text = '';
  for (let at = 0; at < content.length;) {
    const size = Math.min(content.length - at, 1 + random.below(random.chance(0.5) ? 10 : 30_000));
    const digits = random.chance(0.5) ? size.toString(16) : `0${size.toString(16).toUpperCase()}`;
    text += `${digits}${random.pick(EXTENSIONS)}\r\n${content.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}${random.chance(0.2) ? '000' : '0'}${random.pick(EXTENSIONS)}\r\n${random.pick(TRAILERS)}\r\n`;
}

interface Framed {
  readonly fields: string;
  readonly body: string;
}

/** What a request may say of its content, and what only a response may. */
function framed(random: Random, content: string, of: 'request' | 'response', mayBeChunked: boolean): Framed {
  if (mayBeChunked && random.chance(0.5)) {
    const coding = random.pick(of === 'request' ? ['chunked', 'Chunked'] : ['chunked', 'Chunked', 'gzip, chunked']);
    const line = field(random, 'Transfer-Encoding', coding);
    return { fields: of === 'request' ? line.replace(' \r\n', '\r\n') : line, body: chunksOf(random, content) };
  }
  const line = field(random, 'Content-Length', String(content.length));
  return { fields: of === 'response' && random.chance(0.05) ? line + line : line, body: content };
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'FOO'] as const;
const TARGETS = ['/', '/a?b=c', 'http://a/x', '//x', '/%00', '/caf\xe9', '/a;b', '/404'] as const;

/** What the request asks for decides how the response is framed. */
interface Asked {
  readonly method: string;
  readonly wantsHtml: boolean;
  readonly isOld: boolean;
  /** The last of its connection: only then may either side end it. */
  readonly mayEnd: boolean;
  readonly persistence: '' | 'keep-alive' | 'close';
}

function randomAsked(random: Random, mayEnd: boolean): Asked {
  const isOld = mayEnd && random.chance(0.2);
  const saysClose = mayEnd && !isOld && random.chance(0.2);
  const keepsAlive = isOld && random.chance(0.5);
  return {
    method: random.pick(METHODS),
    wantsHtml: random.chance(0.3),
    isOld,
    mayEnd,
    persistence: saysClose ? 'close' : keepsAlive ? 'keep-alive' : '',
  };
}

const mayPersist = ({ isOld, persistence }: Asked): boolean =>
  isOld ? persistence === 'keep-alive' : persistence === '';

const connectionLine = (option: string): string => (option === '' ? '' : `Connection: ${option}\r\n`);

/** A whole exchange, valid on both sides. */
export function randomExchange(random: Random, mark: string, mayEnd: boolean): ScriptedExchange {
  if (mayEnd && random.chance(0.15)) return opaqueExchange(random, mark);
  const asked = randomAsked(random, mayEnd);
  const response = randomResponse(random, asked);
  return {
    method: asked.method,
    request: randomRequest(random, asked, mark),
    response: response.text,
    isOverridden: response.isOverridden,
    isLast: response.isLast || !mayPersist(asked),
    isOpaque: false,
  };
}

function randomRequest(random: Random, asked: Asked, mark: string): string {
  const { method, isOld } = asked;
  const content = randomContent(random, asked);
  const target = method === 'OPTIONS' && random.chance(0.3) ? '*' : random.pick(TARGETS);
  const head = [
    `${method} ${target} HTTP/1.${isOld ? 0 : 1}\r\n`,
    random.pick(['Host: a\r\n', 'hOST:a\r\n']),
    `X-Case: ${mark}\r\n`,
    asked.wantsHtml ? 'Accept: text/html, */*;q=0.1\r\n' : 'Accept: application/json\r\n',
    connectionLine(asked.persistence),
    someFields(random),
    content.fields,
  ];
  return `${head.join('')}\r\n${content.body}`;
}

function randomContent(random: Random, { method, isOld }: Asked): Framed {
  const isUsual = method !== 'GET' && method !== 'HEAD';
  const hasContent = isUsual ? random.chance(0.8) : !isOld && random.chance(0.05);
  if (!hasContent) return { fields: '', body: '' };
  const content = framed(random, contentOf(random), 'request', !isOld);
  const expect = !isOld && random.chance(0.1) ? 'Expect: 100-continue\r\n' : '';
  return { fields: expect + content.fields, body: content.body };
}

const STATUSES = [200, 200, 200, 201, 204, 304, 302, 400, 404, 404, 500, 503] as const;
const REASONS = [' OK', ' ', ' Not Found', ' caf\xe9', ' 404 \t x'] as const;
const INTERIM = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  'HTTP/1.1 102 Processing\r\n\r\n',
] as const;

interface Response {
  readonly text: string;
  readonly isOverridden: boolean;
  readonly isLast: boolean;
}

function randomResponse(random: Random, asked: Asked): Response {
  const status = random.pick(STATUSES);
  const hasNoContent = asked.method === 'HEAD' || status === 204 || status === 304;
  const isUntilClose = asked.mayEnd && random.chance(0.15);
  const content = contentOf(random);
  const body = isUntilClose ? { fields: '', body: content } : framed(random, content, 'response', !asked.isOld);
  const option = persistenceOf(random, asked, isUntilClose);
  const head = [
    `HTTP/1.1 ${status}${random.pick(REASONS)}\r\n`,
    'Content-Type: text/plain\r\n',
    someFields(random),
    connectionLine(option),
    status === 204 ? '' : body.fields,
  ];
  return {
    text: `${randomInterim(random, asked)}${head.join('')}\r\n${hasNoContent ? '' : body.body}`,
    isOverridden: status === 404 && asked.wantsHtml && asked.method !== 'OPTIONS',
    isLast: (isUntilClose && !hasNoContent) || option === 'close',
  };
}

function persistenceOf(random: Random, asked: Asked, isUntilClose: boolean): string {
  if (isUntilClose) return random.chance(0.5) ? 'close' : '';
  return asked.isOld && mayPersist(asked) ? 'keep-alive' : '';
}

const randomInterim = (random: Random, { isOld }: Asked): string =>
  !isOld && random.chance(0.15) ? random.pick(INTERIM).repeat(1 + random.below(3)) : '';

function opaqueExchange(random: Random, mark: string): ScriptedExchange {
  const isConnect = random.chance(0.3);
  const line = isConnect ? 'CONNECT a:80 HTTP/1.1\r\n' : 'GET /socket HTTP/1.1\r\n';
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const answer = isConnect ? 'HTTP/1.1 200 OK\r\n\r\n' : `HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`;
  return {
    method: isConnect ? 'CONNECT' : 'GET',
    request: `${line}Host: a:80\r\nX-Case: ${mark}\r\n${isConnect ? '' : upgrade}\r\n`,
    response: answer + randomText(random, random.below(3000)),
    isOverridden: false,
    isLast: true,
    isOpaque: true,
  };
}
