import {
  caseFrom,
  caseOf,
  CHUNKED,
  chunkOf,
  forwarded,
  messageOf,
  named,
  refused,
  repaired,
  SMUGGLED,
  unfolded,
  type Case,
} from './case';

const GET = 'GET /first HTTP/1.1';

/** Sent as a GET, and as a POST whose length or coding stands in the next line. */
function withLine(name: string, line: string, judged: (one: Case) => Case): readonly Case[] {
  const length = `Content-Length: ${SMUGGLED.length}`;
  return [
    judged(caseOf(name, { line: GET, lines: [line] })),
    judged(caseOf(`${name}, length behind`, { lines: [line, length], body: SMUGGLED })),
    judged(caseOf(`${name}, length before`, { lines: [length, line], body: SMUGGLED })),
    judged(caseOf(`${name}, chunked behind`, { lines: [line, CHUNKED], body: chunkOf(SMUGGLED) })),
    judged(caseOf(`${name}, chunked before`, { lines: [CHUNKED, line], body: chunkOf(SMUGGLED) })),
  ];
}

/** nginx folds a certificate like this, with line feeds alone. */
const CERTIFICATE = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBszCCAVmgAwIBAgIUAbc',
  'AgEGAgEHAgEIAgEJ',
  '-----END CERTIFICATE-----',
];

// prettier-ignore
const FOLDED = [
  'X-Probe: y\r\n z',
  'X-Probe: y\r\n\tz',
  'X-Probe: y \r\n z',
  'X-Probe: y\t\r\n\t \tz',
  'X-Probe:\r\n z',
  'X-Probe: \r\n z',
  'X-Probe: y\r\n z\r\n w\r\n v',
  'X-Probe: y\r\n ',
  'X-Probe: y\r\n \r\n z',
  'X: y\r\n Content-Length: 5',
  'X: y\r\n Transfer-Encoding: chunked',
  'X: y\r\n Host: b',
  'X: y\r\n\tTransfer-Encoding: chunked\r\n\tContent-Length: 5',
  'X: y\r\n GET /smuggled HTTP/1.1',
  'X: y\r\n HTTP/1.1 200 OK',
  'X: y\r\n : z',
  'X: "y\r\n z"',
  'Cookie: a=b;\r\n c=d',
  'Accept: text/html,\r\n */*',
  'User-Agent: Mozilla/5.0\r\n (KHTML, like Gecko)',
  'Connection: keep-alive,\r\n TE',
  `ssl-client-cert: ${CERTIFICATE.join('\r\n\t')}`,
  `ssl-client-cert: ${CERTIFICATE.join('\n\t')}`,
  'X-Probe: y\n z',
  'X-Probe: y\n\tz\r\n w',
  'X: y\n Transfer-Encoding: chunked',
  'X: y\n\tContent-Length: 5',
];

// prettier-ignore
const FOLDED_FRAMING = [
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding: chunked\r\n ',
  'Transfer-Encoding: chunked\r\n\t',
  'Transfer-Encoding: chunked,\r\n identity',
  'Transfer-Encoding: identity\r\n , chunked',
  'Transfer-Encoding: chu\r\n nked',
  'Transfer-Encoding:\n chunked',
  'Transfer-Encoding: chunked\n\t',
  'Content-Length:\n\t35',
  'Content-Length: 3\n 5',
  'Content-Length:\r\n 35',
  'Content-Length: 35\r\n ',
  'Content-Length: 3\r\n 5',
  'Content-Length: 35\r\n\t',
  'Content-Length: 0\r\n 35',
];

// prettier-ignore
const FOLDED_HOSTS = [
  'Host:\r\n a',
  'Host: a\r\n ',
  'Host: a\r\n b',
  'Host: a\n b',
  'Host: a\r\n\tHost: b',
];

/** A fold before the first field line has nothing to continue. */
const NOT_FOLDED = [' X: y', '\tX: y', ' \r\nX: y', ' Transfer-Encoding: chunked', '\tContent-Length: 5'];

const folds: readonly Case[] = [
  ...FOLDED.flatMap((line) => withLine(`fold ${named(line)}`, line, unfolded)),
  ...FOLDED_FRAMING.map((line) =>
    refused(
      caseOf(`fold ${named(line)}`, { lines: [line], body: line.startsWith('T') ? chunkOf(SMUGGLED) : SMUGGLED }),
    ),
  ),
  ...FOLDED_HOSTS.map((host) => refused(caseOf(`fold ${named(host)}`, { line: GET, host }))),
  ...NOT_FOLDED.map((line) => refused(caseOf(`no fold ${named(line)}`, { line: GET, host: `${line}\r\nHost: a` }))),
];

/** Every line of the head ends in a bare LF; the content stays as it is. */
function lineFeeds(name: string, head: string, body = ''): Case {
  const one = caseFrom(`LF only, ${name}`, head.replaceAll('\r\n', '\n') + body);
  return forwarded(one, head + body);
}

const POST = messageOf({ lines: [`Content-Length: ${SMUGGLED.length}`] });
const CHUNKED_POST = messageOf({ lines: [CHUNKED] });

/** The line with this number ends in another way than the others do. */
function oneLineEnds(end: string, at: number, usual: string): string {
  const lines = ['POST /first HTTP/1.1', 'Host: a', 'X: y', `Content-Length: ${SMUGGLED.length}`, ''];
  return lines.map((line, index) => line + (index === at ? end : usual)).join('');
}

const mixed = [0, 1, 2, 3, 4].flatMap((at) => [
  refused(caseFrom(`LF among CRLF at line ${at}`, oneLineEnds('\n', at, '\r\n') + SMUGGLED)),
  refused(caseFrom(`CRLF among LF at line ${at}`, oneLineEnds('\r\n', at, '\n') + SMUGGLED)),
]);

const lineFeedHeads: readonly Case[] = [
  lineFeeds('GET', messageOf({ line: GET })),
  lineFeeds('HTTP/1.0', messageOf({ line: 'GET /first HTTP/1.0', lines: ['Connection: keep-alive'] })),
  lineFeeds('no field', 'GET /first HTTP/1.0\r\n\r\n'),
  lineFeeds('length', POST, SMUGGLED),
  lineFeeds('chunked', CHUNKED_POST, chunkOf(SMUGGLED)),
  lineFeeds('two in a row', messageOf({ line: GET }).repeat(2)),
  lineFeeds('LF in the content', messageOf({ lines: ['Content-Length: 7'] }), '\n\r\n\nx\r\n'),
  lineFeeds('request behind', messageOf({ line: GET }), SMUGGLED),
  forwarded(
    caseFrom('LF only, empty lines first', `\n\n${messageOf({ line: GET }).replaceAll('\r\n', '\n')}`),
    messageOf({ line: GET }),
  ),
  repaired(
    lineFeeds('fold', messageOf({ line: GET, lines: ['X-Probe: y\r\n z'] })),
    messageOf({ line: GET, lines: ['X-Probe: y z'] }),
  ),
  refused(
    caseFrom('LF only, folded coding', 'POST /first HTTP/1.1\nHost: a\nTransfer-Encoding:\n chunked\n\n0\r\n\r\n'),
  ),
  refused(lineFeeds('LF in the chunk line', CHUNKED_POST, `5\nhello\r\n0\r\n\r\n`), 400, CHUNKED_POST),
  refused(lineFeeds('LF behind the chunk', CHUNKED_POST, `5\r\nhello\n0\r\n\r\n`), 400, `${CHUNKED_POST}5\r\nhello`),
  refused(caseFrom('CR only', messageOf({ line: GET }).replaceAll('\r\n', '\r'))),
  refused(caseFrom('CR CR LF', messageOf({ line: GET }).replaceAll('\r\n', '\r\r\n'))),
  refused(caseFrom('LF CR', messageOf({ line: GET }).replaceAll('\r\n', '\n\r'))),
  refused(caseFrom('LF only, CR in a value', 'GET /first HTTP/1.1\nHost: a\nX: y\rz\n\n')),
  refused(caseFrom('LF only, NUL in a value', 'GET /first HTTP/1.1\nHost: a\nX: \0\n\n')),
  ...mixed,
];

/** Every control byte that may stand in a value, and those that may not. */
function controlBytes(): readonly Case[] {
  const bytes = [...Array.from({ length: 32 }, (_, code) => code), 0x7f, 0x80, 0x85, 0xa0, 0xff];
  return bytes.flatMap((code) => {
    const byte = String.fromCharCode(code);
    const judged = ['\0', '\r', '\n'].includes(byte) ? refused : forwarded;
    const hex = code.toString(16).padStart(2, '0');
    return [
      judged(caseOf(`value with byte ${hex}`, { line: GET, lines: [`X-Probe: y${byte}z`] })),
      judged(caseOf(`value with byte ${hex} in front`, { line: GET, lines: [`X-Probe:${byte}z`] })),
      judged(caseOf(`value with byte ${hex} at its end`, { line: GET, lines: [`X-Probe: y${byte}`] })),
      judged(
        caseOf(`value with byte ${hex}, then a length`, {
          lines: [`X-Probe: y${byte}z`, `Content-Length: ${SMUGGLED.length}`],
          body: SMUGGLED,
        }),
      ),
      refused(
        caseOf(`Content-Length with byte ${hex}`, { lines: [`Content-Length: 35${nonBlank(byte)}`], body: SMUGGLED }),
      ),
      refused(
        caseOf(`Transfer-Encoding with byte ${hex}`, {
          lines: [`Transfer-Encoding: ${nonBlank(byte)}chunked`],
          body: chunkOf(SMUGGLED),
        }),
      ),
    ];
  });
}

/** White space is removed; doubled with a byte that stays, it is refused. */
const nonBlank = (byte: string): string => (byte === '\t' ? '\t\x01' : byte);

// prettier-ignore
const PADDINGS = [
  ['', ' '], ['', '\t'], [' ', ' '], [' ', '  '], [' ', '\t'], ['\t', ''], ['  ', ''], [' \t ', ' \t '], ['\t', '\t'],
] as const;

const padded = PADDINGS.flatMap(([before, after]) => {
  const name = `padding ${named(before)}|${named(after)}`;
  const pad = (head: string): string => head.replace(/: (35|chunked)/, `:${before}$1${after}`);
  const around = (framing: string, head: string, body: string): readonly Case[] => [
    repaired(caseFrom(`${name} around a ${framing}`, pad(head) + body), head + body),
    repaired(caseFrom(`${name} around a ${framing}, LF only`, pad(head).replaceAll('\r\n', '\n') + body), head + body),
  ];
  return [
    ...around('length', messageOf({ lines: ['Content-Length: 35', 'X: y'] }), SMUGGLED),
    ...around('coding', messageOf({ lines: [CHUNKED, 'X: y'] }), chunkOf(SMUGGLED)),
  ];
});

// prettier-ignore
const ASTERISKS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'PATCH', 'FOO', 'options', 'CONNECT'];

const requestLines: readonly Case[] = [
  ...ASTERISKS.map((method) => refused(caseOf(`asterisk with ${method}`, { line: `${method} * HTTP/1.1` }))),
  forwarded(caseOf('asterisk with OPTIONS', { line: 'OPTIONS * HTTP/1.1' })),
  caseOf('long method', { line: `${'A'.repeat(20_000)} /first HTTP/1.1` }),
  refused({ name: 'endless method', pieces: ['A'.repeat(100_000)] }),
  refused({ name: 'endless method in two reads', pieces: ['A'.repeat(50_000), 'A'.repeat(50_000)] }),
];

// prettier-ignore
const GOOD_EXTENSIONS = [';a', ';a=b', '; a = b', ' ;a', ' ; a = b ; c', ';a="b"', ';a="b;c"', ';a="\\""', ';a="\\\\"', ';a=""', ';a="\xe9"', ';a;b;c', ';a=0'];

// prettier-ignore
const BAD_EXTENSIONS = [
  ';', '; ', ';;', ';a;', ';=b', ';a=', ';a= ', ';a=;b', ';a=b=c', ';a b', ';a="b', ';a="b\\"', ';a=b"', ';a="b"c', ';bad[=x', ';a=[', ';a(=b',
  ';a=\xe9', ';\xe9', ';a,b', ';a\x01', ';a=\x01', ';a="\x01"', ';a="\0"', ' ', '\t', ' a', ',a', ':a', '=a', '"a"', ';"a"', ';a=\'b c\'', ';a=b ',
];

const extensions: readonly Case[] = [
  ...GOOD_EXTENSIONS.flatMap((extension) => [
    forwarded(caseFrom(`extension ${named(extension)}`, `${CHUNKED_POST}5${extension}\r\nhello\r\n0\r\n\r\n`)),
    caseFrom(`extension ${named(extension)} at the last chunk`, `${CHUNKED_POST}5\r\nhello\r\n0${extension}\r\n\r\n`),
  ]),
  ...BAD_EXTENSIONS.flatMap((extension) => [
    refused(
      caseFrom(`bad extension ${named(extension)}`, `${CHUNKED_POST}5${extension}\r\nhello\r\n0\r\n\r\n${SMUGGLED}`),
      400,
      CHUNKED_POST,
    ),
    refused(
      caseFrom(
        `bad extension ${named(extension)} at the last chunk`,
        `${CHUNKED_POST}5\r\nhello\r\n0${extension}\r\n\r\n`,
      ),
      400,
      `${CHUNKED_POST}5\r\nhello\r\n`,
    ),
  ]),
];

/** Forms of requests that the wire rules accept, repair or refuse; each has one right outcome. */
export const formCases: readonly Case[] = [
  ...folds,
  ...lineFeedHeads,
  ...controlBytes(),
  ...padded,
  ...requestLines,
  ...extensions,
];
