import { caseOf, CHUNKED, chunkOf, shown, SMUGGLED, type Case } from './case';

/** Ways to write a transfer coding that somebody, somewhere, reads as chunked, or does not. */
const CODINGS = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding:chunked',
    'Transfer-Encoding:\tchunked',
    'Transfer-Encoding : chunked',
  ],
  ...[
    'Transfer-Encoding\t: chunked',
    ' Transfer-Encoding: chunked',
    '\tTransfer-Encoding: chunked',
    'TRANSFER-ENCODING: CHUNKED',
  ],
  ...[
    'transfer-encoding: chunKed',
    'Transfer-Encoding: chunked ',
    'Transfer-Encoding: chunked\t',
    'Transfer-Encoding: xchunked',
  ],
  ...[
    'Transfer-Encoding: chunkedx',
    'Transfer-Encoding: "chunked"',
    "Transfer-Encoding: 'chunked'",
    'Transfer-Encoding: chunked;q=1',
  ],
  ...['Transfer-Encoding: chunked; a=b', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: chunked,identity'],
  ...['Transfer-Encoding: identity, chunked', 'Transfer-Encoding: identity', 'Transfer-Encoding: gzip, chunked'],
  ...['Transfer-Encoding: deflate , chunked', 'Transfer-Encoding: x-gzip,chunked', 'Transfer-Encoding: br, chunked'],
  ...['Transfer-Encoding: chunked, gzip', 'Transfer-Encoding: gzip', 'Transfer-Encoding:', 'Transfer-Encoding: ,'],
  ...[
    'Transfer-Encoding: , chunked',
    'Transfer-Encoding: chunked,',
    'Transfer-Encoding: chunked,,',
    'Transfer-Encoding: ,,chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\x0b',
    'Transfer-Encoding: \x0bchunked',
    'Transfer-Encoding: \x0cchunked',
    'Transfer-Encoding: chunked\0',
  ],
  ...[
    'Transfer-Encoding: ch\0unked',
    'Transfer-Encoding\0: chunked',
    'Transfer-Encoding: chunked\xa0',
    'Transfer-Encoding: \xa0chunked',
  ],
  ...[
    'Transfer-Encoding: \x85chunked',
    'Transfer-Encod\xeding: chunked',
    'Transfer_Encoding: chunked',
    'Transfer Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding:\r\n chunked',
    'Transfer-Encoding: chunked\r\n ',
    'Transfer-Encoding:\n chunked',
    'Transfer-Encoding: chu\r\n nked',
  ],
  ...['X: y\nTransfer-Encoding: chunked', 'X: y\rTransfer-Encoding: chunked', 'X: y\r\r\nTransfer-Encoding: chunked'],
  ...[
    'X: y\n\rTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r',
    'Transfer-Encoding: chunked\rX: y',
    'X: y\r\n \r\nTransfer-Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  ],
  ...[
    'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
  ],
  ...['Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip', 'Transfer-Encoding:\r\nTransfer-Encoding: chunked'],
  ...['Transfer-Encoding: chunked\r\nTransfer-Encoding:', 'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked'],
  ...[
    'Content-Encoding: chunked',
    'Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked',
    'TE: chunked',
    'X-Transfer-Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: \x00chunked',
    'Transfer-Encoding: chunked \x01',
    'Transfer-Encoding: chun\tked',
    'Transfer-Encoding:  chunked  ',
  ],
];

/** The chunks end early: a target that sees a length takes the rest as content. */
const SHORT_CHUNKS = `0\r\n\r\n${SMUGGLED}`;
/** The chunk holds it: a target that sees the small length takes it as a request. */
const LONG_CHUNK = chunkOf(SMUGGLED);

function withCoding(coding: string): readonly Case[] {
  const name = `coding ${shown(coding)}`;
  const all = `Content-Length: ${SHORT_CHUNKS.length}`;
  const sizeLine = `Content-Length: ${LONG_CHUNK.indexOf('\n') + 1}`;
  return [
    caseOf(`${name}, short chunks`, { lines: [coding], body: SHORT_CHUNKS }),
    caseOf(`${name}, long chunk`, { lines: [coding], body: LONG_CHUNK }),
    caseOf(`${name}, length before, short chunks`, { lines: [all, coding], body: SHORT_CHUNKS }),
    caseOf(`${name}, length behind, short chunks`, { lines: [coding, all], body: SHORT_CHUNKS }),
    caseOf(`${name}, length before, long chunk`, { lines: [sizeLine, coding], body: LONG_CHUNK }),
    caseOf(`${name}, length behind, long chunk`, { lines: [coding, sizeLine], body: LONG_CHUNK }),
    caseOf(`${name}, length 0`, { lines: ['Content-Length: 0', coding], body: LONG_CHUNK }),
    caseOf(`${name}, HTTP/1.0`, {
      line: 'POST /first HTTP/1.0',
      lines: ['Connection: keep-alive', coding],
      body: LONG_CHUNK,
    }),
    caseOf(`${name}, GET`, { line: 'GET /first HTTP/1.1', lines: [coding], body: LONG_CHUNK }),
  ];
}

/** `N` stands for the true length. */
const LENGTHS = [
  ...[
    'Content-Length: N',
    'Content-Length:N',
    'Content-Length:\tN',
    'Content-Length: N ',
    'Content-Length: N\t',
    'Content-Length : N',
  ],
  ...[
    'Content-Length\t: N',
    ' Content-Length: N',
    'CONTENT-LENGTH: N',
    'Content-Length: +N',
    'Content-Length: -N',
    'Content-Length: 0N',
  ],
  ...[
    'Content-Length: 000000N',
    'Content-Length: 00000000000000000000N',
    'Content-Length: 0xN',
    'Content-Length: N.0',
    'Content-Length: Ne0',
  ],
  ...[
    'Content-Length: N, N',
    'Content-Length: N,N',
    'Content-Length: N, 0',
    'Content-Length: 0, N',
    'Content-Length: ,N',
    'Content-Length: N,',
  ],
  ...[
    'Content-Length: N N',
    'Content-Length: N;',
    'Content-Length: Nabc',
    'Content-Length: "N"',
    'Content-Length: N\0',
    'Content-Length: \x0bN',
  ],
  ...[
    'Content-Length: N\x0b',
    'Content-Length: N\x0c',
    'Content-Length:\xa0N',
    'Content-Length: N\xa0',
    'Content-Length: \xb2',
    'Content-Length:',
  ],
  ...[
    'Content-Length: \r\nContent-Length: N',
    'Content-Length: N\r\nContent-Length: N',
    'Content-Length: N\r\nContent-Length: 0N',
  ],
  ...[
    'Content-Length: N\r\nContent-Length: 0',
    'Content-Length: 0\r\nContent-Length: N',
    'content-length: N\r\nCONTENT-LENGTH: 1',
  ],
  ...[
    'Content-Length: N\r\nContent-Length: N\r\nContent-Length: 3',
    'Content-Length: N\r\nContent-Length : 0',
    'Content-Length:\r\n N',
  ],
  ...[
    'Content-Length: N\r\n ',
    'Content-Length: N\r\n 0',
    'Content-Length: N\n',
    'Content-Length: N\rX: y',
    'Content-Length: N\r',
    'X: y\nContent-Length: N',
  ],
  ...[
    'X: y\rContent-Length: N',
    'Content_Length: N',
    'Content Length: N',
    'Content-Length\0: N',
    'Content-Lengt\xe8: N',
    'Connection: Content-Length\r\nContent-Length: N',
  ],
  ...[
    'Content-Length: 18446744073709551616',
    'Content-Length: 9223372036854775808',
    'Content-Length: 4294967296',
    'Content-Length: 9007199254740993',
  ],
  ...[
    'Content-Length: 99999999999999999999999999',
    'Content-Length: -1',
    'Content-Length: 0',
    'Content-Length: 00',
    'Content-Length: 1',
  ],
  ...[
    'Content-Length: 0\r\nContent-Length: 00',
    'Content-Length: N\r\nContent-Length:N ',
    'Content-Length: N\r\n\tN',
    'Content-Length: N#',
    'Content-Length: %N',
  ],
];

function withLength(length: string): readonly Case[] {
  const line = length.replaceAll('N', (_match, at: number) =>
    length[at - 1] === '-' && length[at + 1] === 't' ? 'N' : String(SMUGGLED.length),
  );
  const name = shown(length);
  return [
    caseOf(`${name}, POST`, { lines: [line], body: SMUGGLED }),
    caseOf(`${name}, GET`, { line: 'GET /first HTTP/1.1', lines: [line], body: SMUGGLED }),
    caseOf(`${name}, HTTP/1.0`, {
      line: 'POST /first HTTP/1.0',
      lines: ['Connection: keep-alive', line],
      body: SMUGGLED,
    }),
    caseOf(`${name}, content missing`, { lines: [line] }),
  ];
}

const PAIRED_CODINGS = CODINGS.filter((_, index) => index % 4 === 0);
const PAIRED_LENGTHS = LENGTHS.filter((_, index) => index % 5 === 0).map((line) => line.replaceAll('N', '5'));

export const framingCases: readonly Case[] = [
  ...CODINGS.flatMap(withCoding),
  ...LENGTHS.flatMap(withLength),
  ...PAIRED_CODINGS.flatMap((coding) =>
    PAIRED_LENGTHS.map((length) =>
      caseOf(`pair ${shown(coding)} + ${shown(length)}`, { lines: [length, coding], body: LONG_CHUNK }),
    ),
  ),
  caseOf('plain chunked', { lines: [CHUNKED], body: LONG_CHUNK }),
];
