import { caseFrom, caseOf, CHUNKED, chunkOf, forwarded, messageOf, named, refused, SMUGGLED, type Case } from './case';

const GET = 'GET /first HTTP/1.1';
const POST = messageOf({ lines: [CHUNKED] });

/** Bytes that one parser takes for a line end and another for part of the line. */
// prettier-ignore
const TERMINATORS = ['\n', '\r', '\r\r', '\rX', '\n\n', '\n\r', '\r\r\n', '\r \n', '\n \r\n', '\x0b\r\n', '\0\r\n', '\x85', '\u0085\r\n'];

/** Where a chunk line may stop: after its size, inside an extension, in a quoted value. */
const STOPS = ['', ';', ';a', ';a=b', ';a="', ';a="b"', ' ', ' ;'];

/**
 * TERM.EXT and EXT.TERM: a parser that ends the line at the odd terminator and one that does not find different chunks, so
 * that a request stands in the content for one of them only.
 */
const chunkLines = STOPS.flatMap((stop) =>
  TERMINATORS.flatMap((terminator) => {
    const name = `chunk line ended by ${named(stop + terminator)}`;
    const inside = `2${stop}${terminator}XX\r\n10\r\n`;
    return [
      refused(caseFrom(`${name}, data behind`, `${POST}${inside}0\r\n\r\n${SMUGGLED}`), 400, POST),
      refused(caseFrom(`${name}, size behind`, `${POST}0${stop}${terminator}\r\n${SMUGGLED}`), 400, POST),
      refused(
        caseFrom(`${name}, in the second chunk`, `${POST}1\r\nZ\r\n${inside}${SMUGGLED}`),
        400,
        `${POST}1\r\nZ\r\n`,
      ),
    ];
  }),
);

/** SPILL: bytes between the data of a chunk and the next size that a parser skips without looking at them. */
// prettier-ignore
const SPILLS = ['', 'X', 'XX', '\n', '\r', '\n\n', '\r\r', '\n\r', '0\r', 'X\n', 'XX\r\n', '\r\r\n', ' \r\n', '\t\r\n', '\0\0', ';a\r\n', '\x0b\n', '0\r\n'];

const spills = SPILLS.flatMap((spill) => {
  const start = `${POST}5\r\nhello`;
  return [
    // A line feed, or the first byte of a line end, may have gone before the fault is seen.
    refused(caseFrom(`spill ${named(spill)}, then the end`, `${start}${spill}0\r\n\r\n${SMUGGLED}`), 400, start),
    refused(
      caseFrom(`spill ${named(spill)}, then a chunk`, `${start}${spill}23\r\n${SMUGGLED}\r\n0\r\n\r\n`),
      400,
      start,
    ),
  ];
});

/** ONE-BYTE and ZERO-BYTE: an edge that is read without being compared shifts all that follows. */
const overreads: readonly Case[] = [
  refused(
    caseFrom('overread: one byte in place of CRLF', `${POST}5\r\nhelloX0\r\n\r\n${SMUGGLED}`),
    400,
    `${POST}5\r\nhello`,
  ),
  refused(caseFrom('overread: last chunk without LF', `${POST}0\r\n\rX${SMUGGLED}`), 400, POST + '0\r\n'),
  refused(caseFrom('overread: last chunk without CR', `${POST}0\r\nX${SMUGGLED}`), 400, POST + '0\r\n'),
  refused(caseFrom('overread: two bytes in place of the last CRLF', `${POST}0\r\nXX${SMUGGLED}`), 400, POST + '0\r\n'),
  refused(caseFrom('overread: size in the data', `${POST}4\r\nhello\r\n0\r\n\r\n${SMUGGLED}`), 400, `${POST}4\r\nhell`),
];

// prettier-ignore
const BAD_SIZES = [
  '', '0x5', '0X5', 'x5', '+5', '-5', '+0', '-0', '0_5', '5_', '_5', '5.', '5.0', '.5', '5h', '5H', "5'", '"5"', '5,5', ' 5', '\t5', '\x0b5',
  '\x0c5', '\xa05', '5\xa0', '5\x0b', '5\x0c', '5\0', '\x005', '5\x01', '5\x7f', '5\xff', '5 5', '5 ', '5\t', '٥', '５', 'g', 'O', '0o5', '&5', '#5', '%35',
  '80000000', 'ffffffff', '100000000', '100000005', '7fffffffffffffff', '8000000000000000', '8000000000000005', 'fffffffffffffffb', 'ffffffffffffffff', '10000000000000000',
  '10000000000000005', '1000000000000000000000005', 'ffffffffffffffffffffffff', '-ffffffffffffffff',
];

const sizes = BAD_SIZES.flatMap((size) => {
  const bytes = Buffer.from(size, 'utf8').toString('latin1');
  const text = /[^\x00-\xff]/.test(size) ? bytes : size;
  return [
    refused(caseFrom(`chunk size ${named(text)}`, `${POST}${text}\r\nhello\r\n0\r\n\r\n${SMUGGLED}`), 400, POST),
    refused(
      caseFrom(`chunk size ${named(text)}, second`, `${POST}1\r\nZ\r\n${text}\r\nhello\r\n0\r\n\r\n${SMUGGLED}`),
      400,
      `${POST}1\r\nZ\r\n`,
    ),
  ];
});

/** Zeros in front are correct; so many of them are only seen in attacks, so both outcomes are right. */
const zeros = [8, 12, 15, 16, 17, 20, 64, 4000, 100_000].map((count) =>
  caseFrom(`chunk size with ${count} zeros`, `${POST}${'0'.repeat(count)}5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`),
);

// prettier-ignore
const BAD_LENGTHS = [
  '+35', '-35', '0x23', '35,35', ' 35,35', '35, 35', '35,', ',35', '35;', '35 35', '3 5', '3_5', '35.', '35.0', '35e0', '3.5e1', '35L', '"35"', "'35'", '35h', '٣٥', '³5', '1e2',
  '', ',', '-0', '+0', '0,35', '35,0', '35\x0b', '\x0b35', '\x0c35', '\xa035', '35\xa0', '\x0135', '35\x7f', '\x8535', '35\0', '\x0035', '35\x00, 0', '#35', '35%20', '0b1',
  '18446744073709551651', '9223372036854775843', '4294967331', '99999999999999999999999999999999', '9007199254740993',
];

const lengths = BAD_LENGTHS.filter((length) => length !== '4294967331').flatMap((length) => {
  const bytes = /[^\x00-\xff]/.test(length) ? Buffer.from(length, 'utf8').toString('latin1') : length;
  return [
    refused(caseOf(`length ${named(bytes)}`, { lines: [`Content-Length: ${bytes}`], body: SMUGGLED })),
    refused(caseOf(`length ${named(bytes)}, GET`, { line: GET, lines: [`Content-Length: ${bytes}`], body: SMUGGLED })),
    refused(
      caseOf(`length ${named(bytes)}, good one behind`, {
        lines: [`Content-Length: ${bytes}`, 'Content-Length: 35'],
        body: SMUGGLED,
      }),
    ),
    refused(
      caseOf(`length ${named(bytes)}, good one before`, {
        lines: ['Content-Length: 35', `Content-Length: ${bytes}`],
        body: SMUGGLED,
      }),
    ),
  ];
});

/** Names that one parser takes for a framing field and another does not. */
// prettier-ignore
const DISGUISED_NAMES = [
  'Content-Length ', 'Content-Length\t', 'Content-Length\x0b', 'Content-Length\0', '\0Content-Length', 'Content\0-Length', 'Content-Length\xa0', '\xa0Content-Length', 'Content-Length\x01',
  ' Content-Length', '\tContent-Length', '\x0bContent-Length', 'Content Length', 'Content_Length', 'Content-_Length', 'Content--Length', 'Content-Length-', 'Content–Length', 'Content-Length:', 'Content-Length=',
  'Content-Length;', 'Content-Length"', '"Content-Length"', '(Content-Length)', 'Content-Length\r', 'Content-Length\n', '\rContent-Length', '\nContent-Length', 'ſontent-length', 'Content-Lenɡth',
];

/** A name that is a token passes unchanged, and no server may take it for the real one. */
const isToken = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);

const names = DISGUISED_NAMES.flatMap((name) => {
  const utf8 = (text: string): string =>
    /[^\x00-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
  const length = utf8(name);
  const coding = utf8(
    name.replace('Content-Length', 'Transfer-Encoding').replace('Length', 'Encoding').replace('Content', 'Transfer'),
  );
  const judged = (one: Case): Case => (isToken(length) || length.endsWith(':') ? one : refused(one));
  return [
    judged(caseOf(`name ${named(length)}`, { lines: [`${length}: 35`], body: SMUGGLED })),
    judged(
      caseOf(`name ${named(length)}, real length 0`, { lines: [`${length}: 35`, 'Content-Length: 0'], body: SMUGGLED }),
    ),
    judged(caseOf(`name ${named(coding)}`, { lines: [`${coding}: chunked`], body: chunkOf(SMUGGLED) })),
    judged(
      caseOf(`name ${named(coding)}, real length`, {
        lines: [`${coding}: chunked`, 'Content-Length: 35'],
        body: chunkOf(SMUGGLED),
      }),
    ),
    judged(
      caseOf(`name ${named(coding)}, real coding`, {
        lines: [CHUNKED, `${coding}: identity`],
        body: chunkOf(SMUGGLED),
      }),
    ),
  ];
});

/** CL.0 and TE.0: methods and targets for which servers expect no content, with content that is a request. */
// prettier-ignore
const WITHOUT_CONTENT = [
  'GET /first HTTP/1.1', 'HEAD /first HTTP/1.1', 'OPTIONS /first HTTP/1.1', 'OPTIONS * HTTP/1.1', 'TRACE /first HTTP/1.1', 'DELETE /first HTTP/1.1', 'GET /first.png HTTP/1.1', 'POST /first.css HTTP/1.1',
  'POST /first/ HTTP/1.1', 'POST //first HTTP/1.1', 'POST /first/%2e%2e/x HTTP/1.1', 'POST /%2f HTTP/1.1', 'POST /first?a HTTP/1.1', 'POST /first#a HTTP/1.1', 'POST /robots.txt HTTP/1.1', 'POST /.well-known/x HTTP/1.1',
  'get /first HTTP/1.1', 'Get /first HTTP/1.1', 'FOO /first HTTP/1.1', 'PROPFIND /first HTTP/1.1', 'SEARCH /first HTTP/1.1', 'QUERY /first HTTP/1.1', 'POST http://a/first HTTP/1.1', 'POST http://b/first HTTP/1.1',
];

const withoutContent = WITHOUT_CONTENT.flatMap((line) => [
  forwarded(caseOf(`CL.0 ${line}`, { line, lines: ['Content-Length: 35'], body: SMUGGLED })),
  forwarded(
    caseOf(`CL.0 ${line}, keep-alive`, {
      line,
      lines: ['Connection: keep-alive', 'Content-Length: 35'],
      body: SMUGGLED,
    }),
  ),
  forwarded(caseOf(`TE.0 ${line}`, { line, lines: [CHUNKED], body: chunkOf(SMUGGLED) })),
  forwarded(
    caseOf(`TE.0 ${line}, small chunks`, {
      line,
      lines: [CHUNKED],
      body: `1\r\nG\r\n22\r\n${SMUGGLED.slice(1)}\r\n0\r\n\r\n`,
    }),
  ),
  refused(caseOf(`CL.TE ${line}`, { line, lines: ['Content-Length: 6', CHUNKED], body: `0\r\n\r\n${SMUGGLED}` })),
  refused(caseOf(`TE.CL ${line}`, { line, lines: [CHUNKED, 'Content-Length: 4'], body: chunkOf(SMUGGLED) })),
]);

/** Two names for one server, and which of them counts. */
// prettier-ignore
const HOSTS: readonly (readonly [line: string, host: string, judged: (one: Case) => Case])[] = [
  ['GET http://a/first HTTP/1.1', 'Host: b', forwarded],
  ['GET http://b/first HTTP/1.1', 'Host: a', forwarded],
  ['GET http://a:80/first HTTP/1.1', 'Host: a:81', forwarded],
  ['GET https://a/first HTTP/1.1', 'Host: a', forwarded],
  ['GET http://a/first HTTP/1.0', 'Host: b', forwarded],
  ['GET //b/first HTTP/1.1', 'Host: a', forwarded],
  [GET, 'Host: a\r\nX-Forwarded-Host: b', forwarded],
  [GET, 'Host: a\r\nX-Host: b', forwarded],
  ['GET http://a/first HTTP/1.1', '', refused],
  ['GET http://a/first HTTP/1.1', 'Host: a\r\nHost: a', refused],
  [GET, 'Host: a\r\nHost: b', refused],
  [GET, 'Host: a\r\nhOST: b', refused],
  [GET, 'Host: a\r\nHost : b', refused],
  [GET, 'Host: a\r\n Host: b', refused],
  [GET, ' Host: a\r\nHost: b', refused],
  [GET, 'Host: a\nHost: b', refused],
  [GET, 'Host: a\rHost: b', refused],
  [GET, 'Host: a\0b', refused],
  [GET, '', refused],
];

const hosts = HOSTS.map(([line, host, judged]) => judged(caseOf(`hosts ${line} ${named(host)}`, { line, host })));

// prettier-ignore
const BAD_LINES = [
  'GET /a?b HTTP/1.1 HTTP/1.1', 'GET /first HTTP/1.1\tHTTP/1.1', 'GET /first HTTP/1.1 ', 'GET /first  HTTP/1.1', 'GET\t/first HTTP/1.1', 'GET\x0b/first HTTP/1.1', 'GET\x0c/first HTTP/1.1', 'GET /first\x0bHTTP/1.1',
  'GET\xa0/first HTTP/1.1', 'GET /first\xa0HTTP/1.1', 'GET /first\x85HTTP/1.1', 'GET\r/first HTTP/1.1', 'GET /first\rHTTP/1.1', 'GET /fi\0rst HTTP/1.1', 'GET /first HTTP/1.1\0', '\0GET /first HTTP/1.1', 'GET /first',
  'GET /first\r\nHTTP/1.1', 'GET /fi rst HTTP/1.1', 'GET /fi\trst HTTP/1.1', 'GET /first HTTP/1.1x', 'GET /first HTTP/1,1', 'GET /first HTTP/1.1.1', 'GET /first HTTP/0x1.1', 'GET /first http/1.1', 'GET /first HTTP/ 1.1',
  'GE\tT /first HTTP/1.1', 'GE:T /first HTTP/1.1', 'GET: /first HTTP/1.1', '(GET) /first HTTP/1.1', '{} /first HTTP/1.1', 'HTTP/1.1 200 OK',
];

const lines = BAD_LINES.flatMap((line) => [
  refused(caseOf(`bad line ${named(line)}`, { line })),
  refused(caseOf(`bad line ${named(line)}, content`, { line, lines: ['Content-Length: 35'], body: SMUGGLED })),
]);

/** The framing of the first request ends where the second one is announced by the first's fields. */
const concealed: readonly Case[] = [
  caseFrom(
    'concealed: request in a field value',
    messageOf({ line: GET, lines: [`X: ${SMUGGLED.replaceAll('\r\n', ' ')}`] }),
  ),
  refused(
    caseFrom(
      'concealed: request behind bare CRs',
      messageOf({ line: GET, lines: [`X: y\r\r${SMUGGLED.replaceAll('\r\n', '\r')}`] }),
    ),
  ),
  refused(caseFrom('concealed: empty line of CR CR', `${GET}\r\nHost: a\r\n\r\r${SMUGGLED}`)),
  refused(caseFrom('concealed: empty line of LF', `${GET}\r\nHost: a\r\nContent-Length: 35\r\n\n${SMUGGLED}`)),
  refused(caseFrom('concealed: empty line of LF LF', `${GET}\r\nHost: a\n\n${SMUGGLED}`)),
  refused(
    caseFrom('concealed: empty line with a space', `${GET}\r\nHost: a\r\n \r\nContent-Length: 35\r\n\r\n${SMUGGLED}`),
  ),
  refused(caseFrom('concealed: empty line with NUL', `${GET}\r\nHost: a\r\n\0\r\n${SMUGGLED}`)),
  refused(caseFrom('TLS record type, then HTTP', '\x16\x03 /first HTTP/1.1\r\nHost: a\r\n\r\n')),
  refused(caseFrom('TLS record of HTTP', `\x16\x03\x01\x00\x25${SMUGGLED}`)),
  refused(caseFrom('TLS record type and version, then a request', `\x16\x03\x01\x02\x00\x01\r\n\r\n${SMUGGLED}`)),
];

/** What was published on request smuggling until 2026, as far as it concerns HTTP/1.1. */
export const desyncCases: readonly Case[] = [
  ...chunkLines,
  ...spills,
  ...overreads,
  ...sizes,
  ...zeros,
  ...lengths,
  ...names,
  ...withoutContent,
  ...hosts,
  ...lines,
  ...concealed,
];
