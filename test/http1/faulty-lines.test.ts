import { describe, expect, test } from '@jest/globals';
import { RequestReader } from '../../src/http1/request-reader';
import { octets } from '../support/expect-reading';
import { type Reading, readRequests, readResponses } from '../support/reading';

const LINE = 'GET / HTTP/1.1\r\n';
const HOST = `${LINE}Host: a\r\n`;
const OK = 'HTTP/1.1 200 OK\r\n';
const LENGTH_5 = 'Content-Length: 5\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

const LIMITS = { maxHeadBytes: 200, maxRequestLineBytes: 60, maxFields: 4 };

type Read = (pieces: readonly Buffer[]) => Reading;
const asRequests: Read = (pieces) => readRequests(pieces, { limits: LIMITS, trailers: 'relay' });
const asResponses: Read = (pieces) => readResponses(pieces, ['GET'], LIMITS);

/** The line is known as far as it had arrived when the fault was found. */
function expectFaultyLine(read: Read, text: string, fault: string, line: string): void {
  const bytes = octets(text);
  const whole = read([bytes]);
  expect([whole.seen.at(-1)?.text, whole.faultyLine]).toEqual([fault, line]);
  const { faultyLine } = read(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  expect(line.startsWith(faultyLine)).toBe(true);
  expect(faultyLine === '').toBe(line === '');
}

/** The line end of a sample is that of its last line. */
const REQUESTS: readonly (readonly [fault: string, text: string, line: string])[] = [
  ['bad-request-line', 'G@T / HTTP/1.1\r\nHost: a\r\n', 'G@T / HTTP/1.1'],
  ['bad-request-line', `${HOST}\r\nGET /b\r\n`, 'GET /b'],
  ['bad-request-target', '\r\nGET * HTTP/1.1\r\n', 'GET * HTTP/1.1'],
  ['bad-version', 'GET / HTTP/x\nHost: a\n', 'GET / HTTP/x'],
  ['unsupported-version', 'GET / HTTP/2.0\r\nHost: a\r\n', 'GET / HTTP/2.0'],
  ['bad-field-line', `${HOST}X: y\r\nA : b\r\nC: d\r\n`, 'A : b'],
  ['obsolete-line-folding', `${LINE}X: y\r\n z\r\nHost: a\r\n b\r\n`, ' b'],
  ['bare-cr', `${HOST}X: y\rz\r\n`, 'X: y\rz'],
  ['bare-lf', `${HOST}X: y\nA: b\r\n`, 'X: y'],
  ['bare-lf', 'GET / HTTP/1.1\nHost: a\r\nX: y\n', 'Host: a'],
  ['missing-host', `GET /p HTTP/1.1\r\nX: y\r\n\r\n`, 'GET /p HTTP/1.1'],
  ['missing-host', 'GET /p HTTP/1.1\nX: y\n z\n\n', 'GET /p HTTP/1.1'],
  ['repeated-host', `${HOST}X: y\r\nhost: b\r\nA: c\r\n\r\n`, 'host: b'],
  ['bad-host', `${LINE}X: y\r\nHost: @\r\nA: b\r\n\r\n`, 'Host: @'],
  ['bad-content-length', `${HOST}Content-Length: a\r\nX: y\r\n${LENGTH_5}\r\n`, 'Content-Length: a'],
  ['bad-content-length', `${HOST}${LENGTH_5}Content-Length: a\r\nX: y\r\n\r\n`, 'Content-Length: a'],
  ['conflicting-content-length', `${HOST}${LENGTH_5}Content-Length: 6\r\n${LENGTH_5}\r\n`, 'Content-Length: 6'],
  ['repeated-content-length', `${HOST}${LENGTH_5}content-length: 5\r\nX: y\r\n\r\n`, 'content-length: 5'],
  ['disguised-framing', `${HOST}Content_Length: 6\r\n${LENGTH_5}X: y\r\n\r\n`, 'Content_Length: 6'],
  ['disguised-framing', `${HOST}${CHUNKED}Transfer_Encoding: x\r\nX: y\r\n\r\n`, 'Transfer_Encoding: x'],
  ['length-with-transfer-coding', `${HOST}${CHUNKED}${LENGTH_5}X: y\r\n\r\n`, 'Transfer-Encoding: chunked'],
  ['length-with-transfer-coding', `${HOST}${LENGTH_5}${CHUNKED}X: y\r\n\r\n`, 'Transfer-Encoding: chunked'],
  ['bad-transfer-coding', `${HOST}Transfer-Encoding: x;y\r\n${CHUNKED}\r\n`, 'Transfer-Encoding: x;y'],
  ['bad-transfer-coding', `${HOST}Transfer-Encoding: identity\r\n${CHUNKED}\r\n`, 'Transfer-Encoding: identity'],
  ['bad-transfer-coding', `${HOST}${CHUNKED}transfer-encoding: chunked\r\nX: y\r\n\r\n`, 'transfer-encoding: chunked'],
  ['unknown-transfer-coding', `${HOST}Transfer-Encoding: br\r\n${CHUNKED}\r\n`, 'Transfer-Encoding: br'],
  ['transfer-coding-on-http10', `GET / HTTP/1.0\r\n${CHUNKED}${LENGTH_5}\r\n`, 'Transfer-Encoding: chunked'],
  ['connect-with-content', 'CONNECT a:1 HTTP/1.0\r\nContent-Length: 5\r\nX: y\r\n\r\n', 'Content-Length: 5'],
  ['connect-with-content', `CONNECT a:1 HTTP/1.1\r\nHost: a\r\n${CHUNKED}\r\n`, 'Transfer-Encoding: chunked'],
  ['bad-chunk', `${HOST}${CHUNKED}\r\n1\r\na\r\n2;\r\nbc\r\n`, '2;'],
  ['bad-chunk', `${HOST}${CHUNKED}\r\n1\r\nabc\r\n`, 'bc'],
  ['bad-field-line', `${HOST}${CHUNKED}\r\n0\r\nX: y\r\nA : b\r\n`, 'A : b'],
  ['bad-trailer', `${HOST}${CHUNKED}\r\n0\r\nX: y\r\nHost: b\r\nA: b\r\n\r\n`, 'Host: b'],
  ['request-line-too-long', `GET /${'a'.repeat(60)} HTTP/1.1\r\n`, `GET /${'a'.repeat(60)} HTTP/1.1`],
  ['head-too-large', `${HOST}A: b\r\nX: ${'y'.repeat(190)}`, `X: ${'y'.repeat(190)}`],
  ['head-too-large', '\r\n'.repeat(101), ''],
  ['too-many-fields', `${HOST}A:\r\nB:\r\nC:\r\nD: e\r\nF:\r\n`, 'D: e'],
];

const RESPONSES: readonly (readonly [fault: string, text: string, line: string])[] = [
  ['bad-status-line', 'HTTP/1.1 OK\r\nX: y\r\n', 'HTTP/1.1 OK'],
  ['bad-status-line', '\n\nICY 200 OK\nX: y\n', 'ICY 200 OK'],
  ['bad-field-line', `${OK}X: y\r\nA: \0b\r\nB: c\r\n`, 'A: \0b'],
  ['bare-cr', `${OK}X: y\nA\rb: c\n`, 'A\rb: c'],
  ['bare-cr', `${OK}X: y\n\rA: b\n`, '\rA: b'],
  ['bad-content-length', `${OK}Content-Length: a\r\nX: y\r\n${LENGTH_5}\r\n`, 'Content-Length: a'],
  ['conflicting-content-length', `${OK}${LENGTH_5}content-length: 6\r\nX: y\r\n${LENGTH_5}\r\n`, 'content-length: 6'],
  ['conflicting-content-length', 'HTTP/1.1 200\nContent-Length : 5\nContent-Length : 6\nX: y\n\n', 'Content-Length: 6'],
  ['length-with-transfer-coding', `${OK}Transfer-Encoding: gzip\r\n${LENGTH_5}\r\n`, 'Transfer-Encoding: gzip'],
  ['bad-transfer-coding', `${OK}${CHUNKED}Transfer-Encoding: gzip\r\nX: y\r\n\r\n`, 'Transfer-Encoding: gzip'],
  ['unknown-transfer-coding', `${OK}Transfer-Encoding: br\r\nX: y\r\n\r\n`, 'Transfer-Encoding: br'],
  [
    'transfer-coding-on-http10',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\nX: y\r\n\r\n',
    'Transfer-Encoding: gzip',
  ],
  ['bad-chunk', `${OK}${CHUNKED}\r\n1\na\nx\r\n`, 'x'],
  ['bad-chunk', `${OK}${CHUNKED}\r\n1\r\nabc\r\n`, 'bc'],
  ['bad-field-line', `${OK}${CHUNKED}\r\n0\r\nX: y\r\n z\r\nA: \0\r\n`, 'A: \0'],
  ['bare-cr', `${OK}${CHUNKED}\r\n0\r\nX: y\r\nA: b\rc\r\n`, 'A: b\rc'],
  ['head-too-large', `${OK}A: b\r\nX: ${'y'.repeat(190)}`, `X: ${'y'.repeat(190)}`],
  ['head-too-large', `${OK}${CHUNKED}\r\n0\r\nA: b\r\nX: ${'y'.repeat(195)}`, `X: ${'y'.repeat(195)}`],
  ['head-too-large', '\n'.repeat(201), ''],
  ['too-many-fields', `${OK}A:\r\n a\r\nB:\r\nC:\r\nD:\r\nE: f\r\nG:\r\n`, 'E: f'],
  ['too-many-fields', `${OK}${CHUNKED}\r\n0\r\nA:\r\nB:\r\nC:\r\nD:\r\nE: f\r\nG:\r\n`, 'E: f'],
];

describe('The line that shows a fault is kept.', () => {
  test.each(REQUESTS)('The fault %s of the request %j is shown by %j.', (fault, text, line) =>
    expectFaultyLine(asRequests, text, fault, line),
  );

  test.each(RESPONSES)('The fault %s of the response %j is shown by %j.', (fault, text, line) =>
    expectFaultyLine(asResponses, text, fault, line),
  );

  test('At most 200 bytes of a line are kept.', () => {
    const { faultyLine } = readRequests([octets(`${HOST}X: ${'y'.repeat(500)}\0\r\n`)]);
    expect(faultyLine).toBe(`X: ${'y'.repeat(197)}`);
  });
});

describe('The request line of a refused request is known as far as it is valid.', () => {
  test.each([
    ['', '', 'G@T / HTTP/1.1\r\n'],
    ['', '', `${'M'.repeat(65)} /`],
    ['', '', '\r\n'.repeat(101)],
    ['GET', '', `GET /${'a'.repeat(60)}`],
    ['PUT', '/secret', 'PUT /secret HTTP/x'],
    ['PUT', '/secret', '\r\n\nPUT /secret HTTP/2.0\r\n'],
    ['GET', 'a', 'GET a HTTP/1.1\r\n'],
    ['GET', '/a', 'GET /a\r\n'],
    ['PUT', '/secret', 'PUT /secret HTTP/1.1\nHost: a\nX: y\r\n'],
    ['PUT', '/secret', 'PUT /secret HTTP/1.1\nX: y\n\n'],
    ['PUT', '/secret', 'PUT /secret HTTP/1.1\r\nContent-Length:  a\r\nHost: a\r\n\r\n'],
    ['PUT', '/secret', `${HOST}\r\nPUT /secret HTTP/1.1\r\nHost : a\r\n`],
    ['', '', `${HOST}\r\nG@T /secret HTTP/1.1\r\n`],
    ['', '', `${HOST}Content-Length: 2\r\n\r\nabG@T /secret HTTP/1.1\r\n`],
    ['', '', `${HOST}X: y\r\n z\r\n\r\nG@T /secret HTTP/1.1\r\n`],
    ['', '', `${HOST}${CHUNKED}\r\nx\r\n`],
  ])('The method is %j and the target %j of %j.', (method, target, text) => {
    const reader = new RequestReader(LIMITS);
    const bytes = octets(text);
    let step = reader.step(bytes, 0, bytes.length);
    while (step !== 'faulty') step = reader.step(bytes, reader.position, bytes.length);
    const { requestLine: line, position } = reader;
    const known = bytes.toString('latin1', position + line.targetOffset, position + line.targetEndOffset);
    expect([line.method, line.targetEndOffset === 0 ? '' : known]).toEqual([method, target]);
  });
});
