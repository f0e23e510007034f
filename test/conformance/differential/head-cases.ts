import { caseFrom, caseOf, messageOf, shown, SMUGGLED, type Case } from './case';

const ODD_LINES = [
  ...[
    ': y',
    ':',
    ' : y',
    'X',
    'X y',
    'X\0: y',
    'X\t: y',
    'X : y',
    ' X: y',
    '\tX: y',
    'X:',
    'X: ',
    'X:\t',
    'X:y',
    'X: y:z',
    'X: "',
    'X: y\r\n z',
    'X: y\r\n\tz',
    'X:\r\n z',
    'X: y\r\n ',
    'X: y\n z',
    'X: y\nZ: w',
    'X: y\rZ: w',
  ],
  ...[
    'X: y\r',
    'X: y\r\r',
    'X: y\n',
    'X: y\n\n',
    'X: y\r\n\n',
    'X: y\n\r',
    '(X): y',
    'X(: y',
    'X,: y',
    'X;: y',
    'X@: y',
    'X[: y',
    'X{: y',
    'X": y',
    'X/: y',
    'X\\: y',
    'X=: y',
    'X?: y',
    'X<: y',
    'X\xe9: y',
    'X\x80: y',
  ],
  ...[
    'X\x7f: y',
    '_X: y',
    '__proto__: y',
    'constructor: y',
    `X: ${'y'.repeat(6000)}`,
    `${'X'.repeat(300)}: y`,
    'GET /smuggled HTTP/1.1',
    'HTTP/1.1 200 OK',
    'X: y\r\n\r',
    '\0',
    '\x01: y',
    'X: =?utf-8?q?y?=',
  ],
];

/** Every control byte, where it could stand. */
function controlCases(): readonly Case[] {
  const bytes = [...Array.from({ length: 32 }, (_, code) => code), 0x7f].filter((code) => code !== 0x0a);
  return bytes.flatMap((code) => {
    const byte = String.fromCharCode(code);
    const hex = code.toString(16).padStart(2, '0');
    return [
      caseOf(`byte ${hex} in a name`, { line: 'GET /first HTTP/1.1', lines: [`X${byte}Y: z`] }),
      caseOf(`byte ${hex} before the colon`, { line: 'GET /first HTTP/1.1', lines: [`X${byte}: z`] }),
      caseOf(`byte ${hex} before a value`, { line: 'GET /first HTTP/1.1', lines: [`X:${byte}z`] }),
      caseOf(`byte ${hex} in a value`, { line: 'GET /first HTTP/1.1', lines: [`X: y${byte}z`] }),
      caseOf(`byte ${hex} behind a value`, { line: 'GET /first HTTP/1.1', lines: [`X: z${byte}`] }),
      caseOf(`byte ${hex} before the method`, { line: `${byte}GET /first HTTP/1.1` }),
      caseOf(`byte ${hex} in the target`, { line: `GET /fi${byte}rst HTTP/1.1` }),
      caseOf(`byte ${hex} behind the version`, { line: `GET /first HTTP/1.1${byte}` }),
    ];
  });
}

const LINE_ENDS = [
  '\n',
  '\r',
  '\r\r\n',
  '\n\r',
  '\r\n\r',
  ' \r\n',
  '\r \n',
  '\0\r\n',
  '\x0b',
  '\x0c',
  '\x85',
  '\r\0\n',
];

/** A line end of another kind, at each of the lines of one request. */
function lineEndCases(): readonly Case[] {
  const lines = ['POST /first HTTP/1.1', 'Host: a', 'X: y', `Content-Length: ${SMUGGLED.length}`, ''];
  return LINE_ENDS.flatMap((end) =>
    lines.map((_, at) =>
      caseFrom(
        `line end ${shown(end)} at line ${at}`,
        `${lines.map((line, index) => line + (index === at ? end : '\r\n')).join('')}${SMUGGLED}`,
      ),
    ),
  );
}

const BEFORE = [
  '\r\n',
  '\r\n\r\n',
  '\r\n\r\n\r\n\r\n',
  '\n',
  '\n\n',
  '\r',
  ' ',
  ' \r\n',
  '\t',
  '\0',
  '\xef\xbb\xbf',
  '\xff',
  'x',
  'x\r\n',
  '\r\n ',
  '\r\n\n',
];

const GET = 'GET /first HTTP/1.1';

export const headCases: readonly Case[] = [
  ...ODD_LINES.flatMap((line) => [
    caseOf(`field ${shown(line).slice(0, 60)}`, { line: GET, lines: [line] }),
    caseOf(`field ${shown(line).slice(0, 60)}, then a length`, {
      lines: [line, `Content-Length: ${SMUGGLED.length}`],
      body: SMUGGLED,
    }),
    caseOf(`field ${shown(line).slice(0, 60)}, first of all`, { line: GET, host: `${line}\r\nHost: a` }),
  ]),
  ...controlCases(),
  ...lineEndCases(),
  ...BEFORE.flatMap((text) => [
    caseFrom(`before a request ${shown(text)}`, text + messageOf({ line: GET })),
    caseFrom(`between requests ${shown(text)}`, messageOf({ line: GET }) + text),
    caseFrom(`behind content ${shown(text)}`, messageOf({ lines: ['Content-Length: 5'], body: `hello${text}` })),
  ]),
];
