import { CANARY, caseFrom, CHUNKED, messageOf, named, pausedCase, refused, type Case } from './case';

/** Content that a server takes for a request if it answers without reading it and keeps the connection. */
const LEFTOVER = 'GET /leftover HTTP/1.1\r\nHost: a\r\n\r\n';

const SECOND = 'GET /second HTTP/1.1\r\nHost: a\r\n\r\n';

/** A request whose content is `content`: its head, and its body as it goes over the wire. */
interface Message {
  readonly name: string;
  readonly head: string;
  readonly body: string;
}

function messages(path: string, content: string): readonly [Message, Message, Message, Message] {
  const one = (name: string, line: string, framing: string, body: string): Message => ({
    name: `${name} ${path}`,
    head: messageOf({ line, lines: [framing] }),
    body,
  });
  const chunk = `${content.length.toString(16)}\r\n${content}\r\n`;
  const length = `Content-Length: ${content.length}`;
  return [
    one('POST length', `POST ${path} HTTP/1.1`, length, content),
    one('POST chunked', `POST ${path} HTTP/1.1`, CHUNKED, `${chunk}0\r\n\r\n`),
    one('GET length', `GET ${path} HTTP/1.1`, length, content),
    one('PUT two chunks', `PUT ${path} HTTP/1.1`, CHUNKED, `${chunk}${chunk}0\r\n\r\n`),
  ];
}

/** The places where a client may pause: the target may answer at each of them. */
function paused({ name, head, body }: Message): readonly Case[] {
  const middle = Math.ceil(body.length / 2);
  return [
    caseFrom(`content at once, ${name}`, head + body),
    pausedCase(`content at once, pause behind, ${name}`, head + body),
    pausedCase(`content after the head, ${name}`, head, body),
    caseInPieces(`content after the head, request behind, ${name}`, head, body + SECOND + CANARY),
    pausedCase(`content in two parts, ${name}`, head, body.slice(0, middle), body.slice(middle)),
    caseInPieces(
      `content in two parts, request behind, ${name}`,
      head + body.slice(0, middle),
      body.slice(middle) + SECOND + CANARY,
    ),
    pausedCase(`content in two parts, pause, request behind, ${name}`, head, body, SECOND),
    caseInPieces(`two of a kind, ${name}`, head + body + head, body + CANARY),
    caseInPieces(`content never complete, ${name}`, head + body.slice(0, middle)),
  ];
}

const caseInPieces = (name: string, ...pieces: readonly string[]): Case => ({ name, pieces });

/** More than any server reads of content that it does not want. */
const LARGE = LEFTOVER + 'x'.repeat(400_000) + LEFTOVER;

const large = messages('/unread', LARGE).flatMap(({ name, head, body }) => [
  caseFrom(`large content at once, ${name}`, head + body),
  caseInPieces(`large content after the head, ${name}`, head, body + SECOND + CANARY),
]);

// prettier-ignore
const EXPECTATIONS = [
  'Expect: 100-continue',
  'Expect: 100-Continue',
  'Expect:100-continue',
  'Expect: \t100-continue ',
  'EXPECT: 100-CONTINUE',
  'Expect: 100-continue, 100-continue',
  'Expect: 100-continue\r\nExpect: 100-continue',
  'Expect: foo\r\nExpect: 100-continue',
  'Expect: 100-continue\r\nExpect: foo',
  'Expect: y 100-continue',
  'Expect: 100-continue;q=1',
  'Expect: "100-continue"',
  'Expect: 100',
  'Expect: 100-continue\x0b',
  'Expect:',
  'Expect: foo',
  'Expect: foo=bar',
  'Expect:\r\n 100-continue',
  'X: y\r\n Expect: 100-continue',
  'X-Expect: 100-continue',
  'Expect: 100-continue\r\nConnection: Expect',
];

function expecting(expectation: string, { name, head, body }: Message): readonly Case[] {
  const asking = head.replace('\r\n\r\n', `\r\n${expectation}\r\n\r\n`);
  const title = `${named(expectation)}, ${name}`;
  return [
    caseFrom(`${title}, content at once`, asking + body),
    pausedCase(`${title}, content after a pause`, asking, body),
    caseInPieces(`${title}, content and request after a pause`, asking, body + SECOND + CANARY),
    caseInPieces(`${title}, content withheld`, asking),
  ];
}

const expectCases = EXPECTATIONS.flatMap((expectation) =>
  ['/first', '/unread'].flatMap((path) => {
    const [sized, chunked] = messages(path, LEFTOVER);
    return [...expecting(expectation, sized), ...expecting(expectation, chunked).slice(0, 1)];
  }),
);

/** Expectations of requests that have no content, and of HTTP/1.0, in which they have no meaning. */
const odd: readonly Case[] = [
  caseFrom('Expect without content', messageOf({ line: 'GET /first HTTP/1.1', lines: ['Expect: 100-continue'] })),
  caseFrom('Expect with length 0', messageOf({ lines: ['Expect: 100-continue', 'Content-Length: 0'] })),
  pausedCase(
    'Expect with length 0, pause',
    messageOf({ lines: ['Expect: 100-continue', 'Content-Length: 0'] }),
    SECOND,
  ),
  pausedCase(
    'Expect on HTTP/1.0',
    messageOf({
      line: 'POST /first HTTP/1.0',
      lines: ['Expect: 100-continue', 'Connection: keep-alive', `Content-Length: ${LEFTOVER.length}`],
    }),
    LEFTOVER,
  ),
  caseFrom('Expect before a bad request', messageOf({ lines: ['Expect: 100-continue', 'Content-Length: x'] })),
];

/** A fault in content that comes after the response: the connection ends, and nothing of the fault is forwarded. */
const faulty = ['/first', '/unread'].map((path) => {
  const head = messageOf({ line: `POST ${path} HTTP/1.1`, lines: [CHUNKED] });
  const one = caseInPieces(`bad chunk after a pause ${path}`, head, `5\r\nhello\r\n`, `x\r\n${LEFTOVER}${CANARY}`);
  return refused(one, 400, `${head}5\r\nhello\r\n`);
});

const usual: readonly Case[] = [
  ...messages('/first', LEFTOVER).flatMap(paused),
  ...messages('/unread', LEFTOVER).flatMap(paused),
  ...large,
  ...expectCases,
  ...odd,
  ...faulty,
];

/** With one exchange at a time, the next request waits in the ambassador while the target answers. */
const ONE_AT_A_TIME = { MAX_PIPELINED: '1' };

const oneAtATime = messages('/unread', LEFTOVER)
  .flatMap(paused)
  .filter(({ name }) => name.includes('at once') || name.includes('request behind'))
  .map((one): Case => ({ ...one, name: `one at a time, ${one.name}`, settings: ONE_AT_A_TIME }));

/** Content that the service does not read, that comes late, or that it is asked about. */
export const contentCases: readonly Case[] = [...usual, ...oneAtATime];
