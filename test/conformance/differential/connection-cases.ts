import { caseFrom, caseOf, chunkOf, messageOf, SMUGGLED, type Case, type Parts } from './case';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'FOO', 'CONNECT'];

const FRAMINGS: Readonly<Record<string, Parts>> = {
  'no content': {},
  'length 0': { lines: ['Content-Length: 0'] },
  length: { lines: [`Content-Length: ${SMUGGLED.length}`], body: SMUGGLED },
  chunked: { lines: ['Transfer-Encoding: chunked'], body: chunkOf(SMUGGLED) },
  'content unannounced': { body: SMUGGLED },
};

const CONNECTIONS = [
  '',
  'keep-alive',
  'close',
  'Keep-Alive, TE',
  'close, keep-alive',
  'CLOSE',
  ' ,close',
  'closed',
  'upgrade',
  'Host',
  'Content-Length, Transfer-Encoding',
];

function matrixCases(): readonly Case[] {
  return METHODS.flatMap((method) =>
    ['1.0', '1.1'].flatMap((version) =>
      Object.entries(FRAMINGS).flatMap(([framing, parts]) =>
        CONNECTIONS.filter((_, index) => method === 'POST' || index < 3).map((option) => {
          const lines = option === '' ? [] : [`Connection: ${option}`];
          const name = `${method} ${version} ${framing}, connection ${option === '' ? 'not said' : option}`;
          const line = `${method} ${method === 'CONNECT' ? 'a:80' : '/first'} HTTP/${version}`;
          return caseOf(name, { ...parts, line, lines: [...lines, ...(parts.lines ?? [])] });
        }),
      ),
    ),
  );
}

const SPECIAL_LINES = [
  ...[
    'Expect: 100-continue',
    'Expect: 100-Continue',
    'Expect: foo',
    'Expect:',
    'Expect: 100-continue, foo',
    'Expect: 200-ok',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Upgrade: foo',
    'Upgrade:',
    'Upgrade: TLS/1.2',
  ],
  ...[
    'Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    'Connection: Upgrade\r\nUpgrade: foo',
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
  ],
  ...[
    'Connection: upgrade',
    'Keep-Alive: timeout=1',
    'Proxy-Connection: close',
    'Trailer: X',
    'TE: trailers',
    'X-HTTP-Method-Override: PUT',
    'Max-Forwards: 0',
    'Content-Encoding: gzip',
    'Accept-Encoding: gzip',
    'Range: bytes=0-1',
  ],
];

const specialCases = SPECIAL_LINES.flatMap((line) =>
  Object.entries(FRAMINGS).flatMap(([framing, parts]) => [
    caseOf(`${line.slice(0, 60)}, POST, ${framing}`, { ...parts, lines: [line, ...(parts.lines ?? [])] }),
    caseOf(`${line.slice(0, 60)}, GET, ${framing}`, {
      ...parts,
      line: 'GET /first HTTP/1.1',
      lines: [line, ...(parts.lines ?? [])],
    }),
  ]),
);

const get = messageOf({ line: 'GET /first HTTP/1.1' });
const post = messageOf({ lines: ['Content-Length: 5'], body: 'hello' });
const chunks = messageOf({ lines: ['Transfer-Encoding: chunked'], body: chunkOf('hello') });
const head = messageOf({ line: 'HEAD /first HTTP/1.1' });
const bad = messageOf({ lines: ['Content-Length: x'] });

/** What follows a good request, or comes after one that ends the connection. */
const pipelines: readonly Case[] = [
  caseFrom('eight in a row', [get, post, chunks, head, post, get, chunks, get].join('')),
  caseFrom('hundred in a row', get.repeat(100)),
  caseFrom('good, then bad', get + bad),
  caseFrom('good with content, then bad', post + bad),
  caseFrom('chunked, then bad', chunks + bad),
  caseFrom('good, then HTTP/1.0', get + messageOf({ line: 'GET /second HTTP/1.0' })),
  caseFrom('HTTP/1.0, then another', messageOf({ line: 'GET /first HTTP/1.0' }) + get),
  caseFrom('close, then another', messageOf({ line: 'GET /first HTTP/1.1', lines: ['Connection: close'] }) + get),
  caseFrom(
    'close with content, then another',
    messageOf({ lines: ['Connection: close', 'Content-Length: 5'], body: 'hello' }) + get,
  ),
  caseFrom('good, then garbage', `${get}\x16\x03\x01\x02\0garbage\r\n\r\n`),
  caseFrom('good, then the HTTP/2 preface', `${get}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`),
  caseFrom('two bytes of TLS, then requests', `\x16\x03 /first HTTP/1.1\r\nHost: a\r\n\r\n${get}`),
  caseFrom('the HTTP/2 preface, then a request', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${get}`),
  caseFrom(
    'a ClientHello whose random bytes and session id are requests',
    '\x16\x03\x01\0M\x01\0\0I\x03\x03 /first HTTP/1.1\r\nHost: a\r\n\r\nxxx' +
      '\x20GET /second HTTP/1.1\r\nHost:a\r\n\r\n\0\x02\x13\x01\x01\0',
  ),
  caseFrom('content cut short, then another', messageOf({ lines: ['Content-Length: 5000'], body: 'hello' })),
  caseFrom('content too long', messageOf({ lines: ['Content-Length: 5'], body: 'hello world' })),
  caseFrom(
    'GET with content of a request',
    messageOf({ line: 'GET /first HTTP/1.1', lines: [`Content-Length: ${get.length}`], body: get }),
  ),
  caseFrom(
    'a request for each method',
    METHODS.slice(0, 7)
      .map((method) => messageOf({ line: `${method} /first HTTP/1.1`, lines: ['Content-Length: 0'] }))
      .join(''),
  ),
];

export const connectionCases: readonly Case[] = [...matrixCases(), ...specialCases, ...pipelines];
