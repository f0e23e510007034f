import { describe, test } from '@jest/globals';
import { expectRelayedResponse, expectResponses } from '../support/expect-reading';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const LENGTH = 'Content-Length: 2\r\n';

/** The response with this head and the content `hi` arrives with that head, and so does the response after it. */
function expectRepairedHead(head: string, relayed: string): void {
  expectRelayedResponse(`${head}hi${head}hi`, `${relayed}hi${relayed}hi`);
}

describe('A head whose lines end in LF alone arrives with CRLF.', () => {
  test.each([
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\n', `${OK}${LENGTH}\r\n`],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\n', `${OK}${LENGTH}\r\n`],
    ['HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n', `${OK}${LENGTH}\r\n`],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\n', `${OK}${LENGTH}\r\n`],
    ['HTTP/1.1 200 OK\nX:\ty \nContent-Length:2\n\n', `${OK}X:\ty \r\nContent-Length:2\r\n\r\n`],
    [
      'HTTP/1.1 200 \xe9\x01\nX: \x01\xff\nContent-Length: 2\n\n',
      `HTTP/1.1 200 \xe9\x01\r\nX: \x01\xff\r\n${LENGTH}\r\n`,
    ],
  ])('%j arrives as %j.', (head, relayed) => expectRepairedHead(head, relayed));

  test('An interim response does as well.', () => {
    expectRelayedResponse(
      `HTTP/1.1 100\n\nHTTP/1.1 103 Early Hints\nLink: </a>\n\n${OK}${LENGTH}\r\nhi`,
      `HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}${LENGTH}\r\nhi`,
    );
  });

  test('A head before content that only the end of the connection ends does as well.', () => {
    expectRelayedResponse('HTTP/1.0 200 OK\n\na\nb', 'HTTP/1.0 200 OK\r\n\r\na\nb');
  });
});

describe('A status line that is not quite well-formed arrives in the form of RFC 9112 §4.', () => {
  test.each([
    ['HTTP/1.1 200', 'HTTP/1.1 200 '],
    ['HTTP/1.1  200 OK', 'HTTP/1.1 200 OK'],
    ['HTTP/1.1\t200\tOK', 'HTTP/1.1 200 OK'],
    [`HTTP/1.1${' '.repeat(80)}200 OK`, 'HTTP/1.1 200 OK'],
    ['HTTP/1.1 \t 200 \t OK ', 'HTTP/1.1 200 OK'],
    ['HTTP/1.1  200', 'HTTP/1.1 200 '],
    ['HTTP/1.1  200 ', 'HTTP/1.1 200 '],
    ['http/1.1 200 ok', 'HTTP/1.1 200 ok'],
    ['Http/1.0 200 OK', 'HTTP/1.0 200 OK'],
    ['HTTP/2 200', 'HTTP/1.1 200 '],
    ['HTTP/2.0 200 OK', 'HTTP/1.1 200 OK'],
    ['HTTP/3 200', 'HTTP/1.1 200 '],
    ['HTTP/9.9 999 What', 'HTTP/1.1 999 What'],
    ['HTTP/1 200 OK', 'HTTP/1.0 200 OK'],
    ['HTTP/0.9 200 OK', 'HTTP/1.0 200 OK'],
    ['HTTP/0 200 OK', 'HTTP/1.0 200 OK'],
    ['http/1.7 200 OK', 'HTTP/1.7 200 OK'],
  ])('%j arrives as %j.', (line, relayed) => {
    expectRepairedHead(`${line}\r\n${LENGTH}\r\n`, `${relayed}\r\n${LENGTH}\r\n`);
    expectRepairedHead(`${line}\nX : y\n${LENGTH}\n`, `${relayed}\r\nX: y\r\n${LENGTH}\r\n`);
  });

  test.each(['HTTP/1.1 200 ', 'HTTP/1.1 200  OK ', 'HTTP/1.1 200 \t', 'HTTP/1.9 200 OK', 'HTTP/1.0 999 \x01\xff'])(
    '%j arrives unchanged.',
    (line) => {
      expectRepairedHead(`${line}\r\n${LENGTH}\r\n`, `${line}\r\n${LENGTH}\r\n`);
      expectRepairedHead(`${line}\nX : y\n${LENGTH}\n`, `${line}\r\nX: y\r\n${LENGTH}\r\n`);
    },
  );
});

describe('Field lines that are not quite well-formed', () => {
  test.each([
    ['X : y', 'X: y'],
    ['X \t : \t y ', 'X: y'],
    ['X :', 'X: '],
    ['Content Type : y', 'Content Type: y'],
    ['X@ : y', 'X@: y'],
  ])('White space before a colon is removed (RFC 9112 §5.1): %j arrives as %j.', (line, relayed) => {
    expectRepairedHead(`${OK}${line}\r\n${LENGTH}\r\n`, `${OK}${relayed}\r\n${LENGTH}\r\n`);
  });

  test('White space before the colon of a framing field does not hide it.', () => {
    expectResponses(`${OK}Content-Length : 2\r\n\r\nhi`, [
      'head 200 (OK) 1.1 [Content-Length: 2], 2 bytes, persistent',
      'content "hi"',
      'end',
    ]);
    expectRelayedResponse(`${OK}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n`, `${OK}${CHUNKED}\r\n0\r\n\r\n`);
  });

  test.each(['(: y', 'X Y: z', 'a@b: c', '\x01: y', '\xe9: y', ': y', '[a]: b', 'Content-Length\x0b: 9', '"x": "y"'])(
    'A field name that is not a token is relayed: %j.',
    (line) => expectRepairedHead(`${OK}${line}\r\n${LENGTH}\r\n`, `${OK}${line}\r\n${LENGTH}\r\n`),
  );

  test.each(['X', 'no colon', '<html>', '\x01', 'X\t', 'Content-Length 9'])(
    'A line without a colon is dropped: %j.',
    (line) => {
      expectRepairedHead(`${OK}${line}\r\n${LENGTH}\r\n`, `${OK}${LENGTH}\r\n`);
      expectRepairedHead(`${OK}${LENGTH}${line}\n\n`, `${OK}${LENGTH}\r\n`);
    },
  );

  test.each([
    [' X: y\r\n', ''],
    ['\tX: y\r\n Z: y\r\nA: b\r\n', 'A: b\r\n'],
    [' \r\n', ''],
    ['X: a\r\n b\r\n', 'X: a b\r\n'],
    ['X: a\r\n Content-Length: 9\r\n', 'X: a Content-Length: 9\r\n'],
    ['X: a\r\n \r\n\t\r\n', 'X: a  \r\n'],
    ['X\r\n y: z\r\n', 'X y: z\r\n'],
    ['X\r\n y\r\n', ''],
    ['X\r\n : z\r\n', 'X: z\r\n'],
  ])('A folded line is joined to the field before it, and dropped without one: %j arrives as %j.', (lines, relayed) => {
    expectRepairedHead(`${OK}${lines}${LENGTH}\r\n`, `${OK}${relayed}${LENGTH}\r\n`);
  });

  test('A head of nothing but lines to drop is a head without fields.', () => {
    expectRelayedResponse('HTTP/1.1 204\n x\ny\n\n', 'HTTP/1.1 204 \r\n\r\n');
  });
});

describe('Empty lines before a response are dropped.', () => {
  test.each(['\r\n', '\n', '\r\n\n\r\n'])('%j is.', (lines) => {
    const response = `${OK}${LENGTH}\r\nhi`;
    expectRelayedResponse(lines + response, response);
    expectRelayedResponse(
      `${response}${lines}HTTP/1.1 100 C\r\n\r\n${lines}${response}`,
      `${response}HTTP/1.1 100 C\r\n\r\n${response}`,
    );
    expectRelayedResponse(`${lines}HTTP/1.1 204\n\n`, 'HTTP/1.1 204 \r\n\r\n');
  });
});

test('A repair of the framing changes no version in the reason phrase.', () => {
  const line = 'HTTP/1.1 200 was HTTP/1.0 before\r\n';
  expectRelayedResponse(
    `${line}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`,
    `${line}${CHUNKED}\r\n0\r\n\r\n`,
  );
  const old = 'HTTP/1.0 200 was HTTP/1.0 before\r\n';
  expectRelayedResponse(
    `${old}${CHUNKED}\r\n0\r\n\r\n`,
    `${old.replace('1.0', '1.1')}${CHUNKED}Connection: close\r\n\r\n0\r\n\r\n`,
  );
});
