import { describe, expect, test } from '@jest/globals';
import { expectRefusedResponse, expectRelayedResponse, expectResponses } from '../support/expect-reading';

const OK = 'HTTP/1.1 200 OK\r\n';
const LENGTH = 'Content-Length: 2\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** The response with this head and the content `hi` arrives with that head, and so does the response after it. */
function expectRepairedHead(head: string, relayed: string): void {
  expectRelayedResponse(`${head}hi${head}hi`, `${relayed}hi${relayed}hi`);
}

describe('Content that is chunked and more than that arrives as chunked, and the response is the last.', () => {
  const last = (before = ''): string => `${OK}${before}${CHUNKED}Connection: close\r\n\r\n`;
  test.each([
    ['Transfer-Encoding with Content-Length', `${OK}${CHUNKED}${LENGTH}\r\n`, last()],
    ['Content-Length before Transfer-Encoding', `${OK}${LENGTH}X: y\r\n${CHUNKED}\r\n`, last('X: y\r\n')],
    ['two lengths that differ', `${OK}${CHUNKED}${LENGTH}Content-Length: 3\r\n\r\n`, last()],
    ['a length that is no number', `${OK}Content-Length: x\r\n${CHUNKED}\r\n`, last()],
    ['chunked twice in a line', `${OK}Transfer-Encoding: chunked, CHUNKED\r\n\r\n`, last()],
    ['chunked in two lines', `${OK}${CHUNKED}transfer-ENCODING:Chunked\r\n\r\n`, last()],
    ['chunked three times', `${OK}${CHUNKED}Transfer-Encoding: chunked,chunked\r\n\r\n`, last()],
    ['HTTP/1.0', `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n`, last()],
    ['HTTP/1.0 with keep-alive', `HTTP/1.0 200 OK\r\n${CHUNKED}Connection: keep-alive\r\n\r\n`, last()],
    ['HTTP/1.0 with LF', `http/1.0  200 OK\nTransfer-Encoding : chunked\n\n`, last()],
    [
      'connection fields',
      `${OK}${CHUNKED}${LENGTH}Keep-Alive: timeout=5\r\nConnection: keep-alive\r\nX: y\r\n\r\n`,
      last('X: y\r\n'),
    ],
    [
      'other codings',
      `${OK}Transfer-Encoding: gzip, chunked\r\n${LENGTH}\r\n`,
      `${OK}Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n`,
    ],
  ])('Chunked with %s does.', (_, head, relayed) => {
    expectRelayedResponse(`${head}2\r\nhi\r\n0\r\n\r\n`, `${relayed}2\r\nhi\r\n0\r\n\r\n`);
    expectResponses(`${head}2\r\nhi\r\n0\r\n\r\n`, [
      expect.stringMatching(/^head 200 .* chunked, last$/) as unknown as string,
      'framing "2\\r\\n"',
      'content "hi"',
      'framing "\\r\\n0\\r\\n\\r\\n"',
      'end',
    ]);
  });
});

describe('Transfer codings that are none are dropped.', () => {
  const length = `${OK}${LENGTH}\r\n`;
  test.each([
    [`${OK}Transfer-Encoding: identity\r\n${LENGTH}\r\n`, length],
    [`${OK}Transfer-Encoding:\r\n${LENGTH}\r\n`, length],
    [`${OK}Transfer-Encoding: , Identity ,\r\n${LENGTH}\r\n`, length],
    [
      `${OK}Transfer-Encoding: identity\r\nTransfer-Encoding:\r\n${LENGTH}Connection: x\r\n\r\n`,
      `${OK}${LENGTH}Connection: x\r\n\r\n`,
    ],
    [`HTTP/1.0 200 OK\r\nTransfer-Encoding: identity\r\n${LENGTH}\r\n`, `HTTP/1.0 200 OK\r\n${LENGTH}\r\n`],
    [`${OK}Transfer-Encoding: identity\r\n${LENGTH}${LENGTH}\r\n`, length],
    [`${OK}content-length:02 \r\nTransfer-Encoding: identity\r\n\r\n`, `${OK}content-length:02 \r\n\r\n`],
  ])('%j arrives as %j.', (head, relayed) => expectRepairedHead(head, relayed));

  test.each([
    [`${OK}Transfer-Encoding: identity, chunked\r\n\r\n`, `${OK}${CHUNKED}\r\n`],
    [`${OK}Transfer-Encoding: chunked, identity\r\n\r\n`, `${OK}${CHUNKED}\r\n`],
    [`${OK}Transfer-Encoding:\r\n${CHUNKED}X: y\r\n\r\n`, `${OK}X: y\r\n${CHUNKED}\r\n`],
    [`${OK}Transfer-Encoding: gzip,,chunked\r\n\r\n`, `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ])('%j arrives as %j, and the connection goes on.', (head, relayed) => {
    const content = '0\r\n\r\n';
    expectRelayedResponse((head + content).repeat(2), (relayed + content).repeat(2));
  });

  test.each([
    [`${OK}Transfer-Encoding: identity\r\n\r\n`, `${OK}\r\n`],
    [`HTTP/1.0 200 OK\r\nTransfer-Encoding:\r\n\r\n`, 'HTTP/1.0 200 OK\r\n\r\n'],
    [`${OK}Transfer-Encoding: identity, gzip\r\n\r\n`, `${OK}Transfer-Encoding: gzip\r\n\r\n`],
  ])('%j arrives as %j, and the end of the connection ends the content.', (head, relayed) => {
    expectRelayedResponse(`${head}any\n`, `${relayed}any\n`);
  });
});

describe('Equal lengths are merged (RFC 9110 §8.6).', () => {
  const merged = `${OK}${LENGTH}\r\n`;
  test.each([
    [`${OK}${LENGTH}${LENGTH}\r\n`, merged],
    [`${OK}content-length:2\r\nContent-Length: 02\r\ncontent-length:  2\r\n\r\n`, merged],
    [`${OK}Content-Length: 2, 2\r\n\r\n`, merged],
    [`${OK}Content-Length: 2,2 ,\t2\r\n${LENGTH}\r\n`, merged],
    [`${OK}${LENGTH}X: y\r\n${LENGTH}\r\n`, `${OK}${LENGTH}X: y\r\n\r\n`],
    [`${OK}A: b\r\nContent-Length : 2\nX: y\n${LENGTH}\n`, `${OK}A: b\r\n${LENGTH}X: y\r\n\r\n`],
    [`${OK}Content-Length: 02, 2\r\n\r\n`, merged],
  ])('%j arrives as %j.', (head, relayed) => expectRepairedHead(head, relayed));
});

describe('Framing fields of a final response without content are repaired too: clients check them.', () => {
  const last = `${CHUNKED}Connection: close\r\n\r\n`;
  test.each([
    ['HEAD', `${OK}${CHUNKED}${LENGTH}\r\n`, `${OK}${last}`],
    ['HEAD', `${OK}${LENGTH}${LENGTH}\r\n`, `${OK}${LENGTH}\r\n`],
    ['GET', `HTTP/1.1 304 No\r\nTransfer-Encoding: identity\r\n\r\n`, 'HTTP/1.1 304 No\r\n\r\n'],
    ['GET', `HTTP/1.1 204 No Content\r\n${CHUNKED}${CHUNKED}\r\n`, `HTTP/1.1 204 No Content\r\n${last}`],
  ])('The answer to %s %j arrives as %j.', (method, head, relayed) => expectRelayedResponse(head, relayed, [method]));
});

describe('Framing fields that frame nothing are relayed as they came where they have no regular form.', () => {
  test.each([
    ['HEAD', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['GET', `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: br\r\nContent-Length: x\r\n\r\n`],
    ['HEAD', `${OK}Transfer-Encoding:br  x\r\n${LENGTH}\r\n`],
    ['CONNECT', `HTTP/1.1 200 OK\r\n${LENGTH}${CHUNKED}\r\n`],
    ['GET', `HTTP/1.1 103 Early Hints\r\n${LENGTH}${CHUNKED}\r\nHTTP/1.1 204 No\r\n\r\n`],
  ])('The answer to %s: %j.', (method, response) => expectRelayedResponse(response, response, [method]));

  test('Their lines are repaired all the same.', () => {
    expectRelayedResponse(
      'HTTP/1.1 200\nContent-Length : 1\nContent-Length: 2\n\n',
      'HTTP/1.1 200 \r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      ['HEAD'],
    );
  });
});

describe('Chunk lines and the line ends after chunks arrive in the form of RFC 9112 §7.1.', () => {
  const head = `${OK}${CHUNKED}\r\n`;
  test.each([
    ['2\nhi\r\n0\r\n\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['2\r\nhi\n0\r\n\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['2\nhi\n0\n\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['2 \t\r\nhi\r\n0 \r\n\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['00A \r\n0123456789\r\n000\n\r\n', 'a\r\n0123456789\r\n0\r\n\r\n'],
    ['2;\r\nhi\r\n0;@\r\n\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['2;a=b\nhi\r\n0;a="\n\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['02;a="b c";d\r\nhi\r\n000\r\n\r\n', '02;a="b c";d\r\nhi\r\n000\r\n\r\n'],
  ])('%j arrives as %j.', (body, relayed) => {
    expectRelayedResponse((head + body).repeat(2), (head + relayed).repeat(2));
  });

  test('The reader says where regular bytes end and repaired ones begin.', () => {
    expectResponses(`${head}1\r\na\n2 \nbc\r\n0\n\n`, [
      'head 200 (OK) 1.1 [Transfer-Encoding: chunked], chunked, persistent',
      'framing "1\\r\\n"',
      'content "a"',
      'repaired "\\r\\n"',
      'repaired "2\\r\\n"',
      'content "bc"',
      'framing "\\r\\n"',
      'repaired "0\\r\\n"',
      'repaired "\\r\\n"',
      'end',
    ]);
  });
});

describe('Trailers of a response are relayed, their lines in regular form.', () => {
  const head = `${OK}${CHUNKED}\r\n0\r\n`;
  test.each([
    ['A: b\r\nC:d\r\n\r\n', 'A: b\r\nC:d\r\n\r\n'],
    ['(: \x01\r\n\r\n', '(: \x01\r\n\r\n'],
    ['A: b\n\n', 'A: b\r\n\r\n'],
    ['A: b\r\n\n', 'A: b\r\n\r\n'],
    ['A: b\n\r\n', 'A: b\r\n\r\n'],
    ['A: b\r\n c\r\n\td\r\n\r\n', 'A: b c d\r\n\r\n'],
    [' a\r\nB: c\r\n\r\n', 'B: c\r\n\r\n'],
    ['A : b\r\nC: d\r\n\r\n', 'A: b\r\nC: d\r\n\r\n'],
    ['no colon\r\nA: b\r\n\r\n', 'A: b\r\n\r\n'],
    ['no colon\r\n\r\n', '\r\n'],
    ['\n', '\r\n'],
  ])('%j arrives as %j.', (trailers, relayed) => {
    expectRelayedResponse((head + trailers).repeat(2), (head + relayed).repeat(2));
  });
});

describe('A response that has no single reading is refused.', () => {
  test.each([
    ['two lengths', 'conflicting-content-length', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['two lengths in a list', 'bad-content-length', `${OK}Content-Length: 1, 2\r\n\r\n`],
    ['an unknown coding', 'unknown-transfer-coding', `${OK}Transfer-Encoding: br\r\n\r\n`],
    ['a status that is no number', 'bad-status-line', 'HTTP/1.1 OK 200\r\n'],
  ])('A response with %s is refused with %s.', (_, fault, upTo) => expectRefusedResponse(upTo, { fault }));
});
