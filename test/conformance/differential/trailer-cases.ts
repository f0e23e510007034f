import { caseFrom, CHUNKED, forwarded, messageOf, named, refused, SMUGGLED, type Case } from './case';

const DISGUISED_REQUESTS = [
  'GET: /smuggled HTTP/1.1\r\nHost: a',
  'X: y\r\nGET: /smuggled HTTP/1.1\r\nHost: a',
  'X: y\r\nGET: /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close',
  'X: y\r\nX: y\r\nGET: /smuggled HTTP/1.1\r\nHost: a',
  'POST: /smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 5',
  'POST: /smuggled HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked',
  'DELETE: /smuggled HTTP/1.1\r\nContent-Length: 0\r\nHost: a',
  'GET: http://a/smuggled HTTP/1.1\r\nHost: a',
  'GET: /smuggled HTTP/1.0',
  'GET: /smuggled',
  'GET:/smuggled HTTP/1.1\r\nHost: a',
  'GET:\t/smuggled\tHTTP/1.1\r\nHost: a',
  'X: y HTTP/1.1\r\nHost: a',
  'X:/smuggled HTTP/1.1\r\nHost: a',
  'HTTP: /smuggled HTTP/1.1\r\nHost: a',
  '0: /smuggled HTTP/1.1\r\nHost: a',
  '5: /smuggled HTTP/1.1\r\nHost: a',
  'PRI: * HTTP/2.0',
];

const FRAMING = [
  'Content-Length: 0',
  'Content-Length: 5',
  `Content-Length: ${SMUGGLED.length}`,
  'Content-Length: 99999',
  'Content-Length: x',
  'Content_Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer_Encoding: chunked',
  'Connection: close',
  'Connection: keep-alive',
  'Upgrade: h2c',
  'Trailer: X-Probe',
  'TE: trailers',
  'Expect: 100-continue',
  'Expect: foo',
];

/** Fields that a proxy in front of the ambassador may have removed from the header section or set there. */
const GUARDED = [
  'X-Probe: smuggled',
  'x-probe: smuggled',
  'X_Probe: smuggled',
  'X_PROBE: smuggled',
  'X-Probe: smuggled\r\nX_Probe: smuggled',
  'Host: b',
  'Authorization: Basic YTpi',
  'Cookie: a=b',
  'Forwarded: for=10.0.0.1',
  'X-Forwarded-For: 10.0.0.1',
  'X-Forwarded-Host: b',
  'X_Forwarded_For: 10.0.0.1',
  'X-Real-IP: 10.0.0.1',
  'X-HTTP-Method-Override: DELETE',
  'Content-Type: application/json',
  'Content-Encoding: gzip',
  'Content-Range: bytes 0-1/2',
  'Range: bytes=0-1',
  'If-None-Match: *',
  'Max-Forwards: 0',
  'Cache-Control: no-cache',
  '__proto__: y',
  'constructor: y',
];

const HARMLESS = ['X: y', 'x:y', 'X:', 'X: y\r\nZ: w', 'X-Checksum: 1234', 'Server-Timing: a;dur=1', 'X: caf\xe9'];

const head = (lines: readonly string[] = []): string => messageOf({ lines: [CHUNKED, ...lines] });

const CONTENT = '5\r\nhello\r\n0\r\n';

/** The trailers are discarded, and the message ends with its last chunk. */
function discarded(trailers: string): readonly Case[] {
  const name = `trailers ${named(trailers)}`;
  const cut = (text: string): string => `${text}\r\n`;
  const announced = head(['TE: trailers', 'Connection: TE', 'Trailer: X-Probe']);
  const whole = (start: string, rest = ''): string => `${start}${trailers}\r\n\r\n${rest}`;
  return [
    forwarded(caseFrom(name, whole(head() + CONTENT)), cut(head() + CONTENT)),
    forwarded(caseFrom(`${name}, no content`, whole(`${head()}0\r\n`)), cut(`${head()}0\r\n`)),
    forwarded(caseFrom(`${name}, announced`, whole(announced + CONTENT)), cut(announced + CONTENT)),
    forwarded(caseFrom(`${name}, request behind`, whole(head() + CONTENT, SMUGGLED)), cut(head() + CONTENT) + SMUGGLED),
  ];
}

const RELAY = { REQUEST_TRAILERS: 'relay' };

/** The trailers are relayed as they came. */
function relayed(trailers: string): Case {
  const one = caseFrom(`relayed trailers ${named(trailers)}`, `${head()}${CONTENT}${trailers}\r\n\r\n`);
  return { ...forwarded(one), settings: RELAY };
}

/** Even where trailers are relayed, these are not; `X: y`, in front of them, may have been. */
function notRelayed(trailer: string): Case {
  const start = `${head()}${CONTENT}X: y\r\n`;
  const one = caseFrom(`relayed trailers, refused ${named(trailer)}`, `${start}${trailer}\r\n\r\n`);
  return { ...refused(one, 400, start), settings: RELAY };
}

const NEVER_RELAYED = [
  'GET: /smuggled HTTP/1.1',
  'POST: /smuggled HTTP/1.0',
  'X: /smuggled HTTP/1.1',
  'Content-Length: 5',
  'content-length: 5',
  'Content_Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer_Encoding: chunked',
  'Host: b',
  'Authorization: Basic YTpi',
  'Connection: close',
];

/** Trailer sections that are no field lines. What becomes of them is free, as long as there is one reading. */
const MALFORMED = [
  'GET /smuggled HTTP/1.1\r\nHost: a',
  'GET /smuggled HTTP/1.1',
  'X',
  'X : y',
  ' X: y',
  ': y',
  'X: y\nGET: /smuggled HTTP/1.1',
  'X: y\n\nGET /smuggled HTTP/1.1\r\nHost: a',
  'X: y\r\n\nGET /smuggled HTTP/1.1\r\nHost: a',
  'X: y\rGET: /smuggled HTTP/1.1',
  'X: y\r\rGET /smuggled HTTP/1.1\r\rHost: a',
  'X: \0',
  'X: \x01',
  'X\0: y',
  'X: y\r\n GET: /smuggled HTTP/1.1',
  'X:\r\n\tGET /smuggled HTTP/1.1',
  `X: ${'y'.repeat(70_000)}`,
  'X: y\r\n'.repeat(3000).slice(0, -2),
];

export const trailerCases: readonly Case[] = [
  ...[...DISGUISED_REQUESTS, ...FRAMING, ...GUARDED, ...HARMLESS].flatMap(discarded),
  ...MALFORMED.flatMap((trailers) => [
    caseFrom(`trailers, malformed ${named(trailers)}`, `${head()}${CONTENT}${trailers}\r\n\r\n`),
    caseFrom(
      `trailers, malformed ${named(trailers)}, request behind`,
      `${head()}${CONTENT}${trailers}\r\n\r\n${SMUGGLED}`,
    ),
  ]),
  ...HARMLESS.map(relayed),
  ...NEVER_RELAYED.map(notRelayed),
];
