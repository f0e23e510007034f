import { type Random } from './random';

/** What parsers have stumbled over before. */
const WORDS = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ' ',
    '\t',
    '\0',
    '\x0b',
    '\x7f',
    '\xff',
    ':',
    ',',
    ';',
    '"',
    '0',
    '5',
    'a',
    '-1',
    '+5',
    '0x5',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: 5, 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: identity\r\n',
  ],
  ...[
    'transfer-encoding:\tchunked\r\n',
    'Transfer-Encoding : chunked\r\n',
    'Content-Length : 3\r\n',
    ' folded\r\n',
    'Host: b\r\n',
    'Connection: close\r\n',
  ],
  ...[
    'Connection: keep-alive\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: foo\r\n',
    'HTTP/1.0',
    'HTTP/1.1',
    'HTTP/2.0',
    'GET ',
    'POST ',
    'HEAD ',
    'CONNECT ',
  ],
  ...[
    'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    '0\r\n\r\n',
    '5\r\nhello\r\n',
    '5;a=b\r\nhello\r\n',
    'ffffffffffffffff\r\n',
    '00000000000000005\r\n',
  ],
  ...[
    'HTTP/1.1 200 OK\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 404 Not Found\r\n\r\n',
    '204',
    '304',
    '101',
    '404',
    '999',
  ],
] as const;

type Change = (random: Random, text: string) => string;

const spliced = (text: string, at: number, removed: number, added: string): string =>
  text.slice(0, at) + added + text.slice(at + removed);

/** Most of what matters stands near a line end. */
function position(random: Random, text: string): number {
  if (random.chance(0.5)) return random.below(text.length + 1);
  const ends = [...text.slice(0, 4000).matchAll(/\r\n/g)].map(({ index }) => index);
  return (ends[random.below(Math.max(1, ends.length))] ?? 0) + random.below(4);
}

const CHANGES: readonly [Change, ...Change[]] = [
  (random, text) => spliced(text, position(random, text), 0, word(random)),
  (random, text) => spliced(text, position(random, text), 1, word(random)),
  (random, text) => spliced(text, position(random, text), 1, String.fromCharCode(random.below(256))),
  (random, text) => spliced(text, position(random, text), 1 + random.below(4), ''),
  (random, text) => spliced(text, position(random, text), random.below(100), ''),
  (random, text) => text.slice(0, position(random, text)),
  (random, text) => {
    const at = position(random, text);
    return spliced(text, at, 0, text.slice(at, at + 1 + random.below(60)));
  },
  (random, text) => {
    const lines = text.split('\r\n');
    const [moved = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, moved);
    return lines.join('\r\n');
  },
  (random, text) => text.replace('\r\n', random.pick(['\n', '\r', '\r\r\n', '\n\r'])),
];

const word = (random: Random): string => WORDS[random.below(WORDS.length)] ?? '';

/** The text with one to a few things wrong. */
export function mutate(random: Random, text: string): string {
  let mutated = text;
  const count = 1 + random.below(3);
  for (let change = 0; change < count; change++) mutated = random.pick(CHANGES)(random, mutated);
  return mutated;
}
