import { describe, expect, test } from '@jest/globals';
import { RequestReader } from '../../src/http1/request-reader';
import { ResponseReader } from '../../src/http1/response-reader';
import { octets } from '../support/expect-reading';

const MAX_HEAD_BYTES = 256 * 1024;
const LIMITS = { maxHeadBytes: MAX_HEAD_BYTES, maxRequestLineBytes: MAX_HEAD_BYTES, maxFields: 1000 };

/** Linear work takes a fraction of a second, quadratic work half a minute and more: a scan of all bytes for each byte. */
const LIMIT_MS = 8000;

type Step = (bytes: Buffer, start: number, end: number) => string;

/** The last step, and the fault, if it is one. */
function feedByteByByte(reader: RequestReader | ResponseReader, step: Step, text: string): string {
  const bytes = octets(text);
  for (let end = 1; end <= bytes.length; end++) {
    let last = step(bytes, reader.position, end);
    while (last !== 'more' && last !== 'faulty') last = step(bytes, reader.position, end);
    if (last === 'faulty') return end === bytes.length ? reader.fault : `${reader.fault} too early`;
  }
  return 'more';
}

function feedRequest(text: string): string {
  const reader = new RequestReader(LIMITS);
  return feedByteByByte(reader, (bytes, start, end) => reader.step(bytes, start, end), text);
}

function feedResponse(text: string): string {
  const reader = new ResponseReader(LIMITS);
  return feedByteByByte(reader, (bytes, start, end) => reader.step(bytes, start, end, 'GET'), text);
}

const HOST = 'GET / HTTP/1.1\r\nHost: a\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n0\r\n';
const OK = 'HTTP/1.1 200 OK\r\n';

const fillTo = (start: string, filling: string): string =>
  start +
  filling.repeat(Math.ceil((MAX_HEAD_BYTES - start.length) / filling.length)).slice(0, MAX_HEAD_BYTES - start.length);

describe('A line of 256 KiB that arrives byte by byte costs one scan.', () => {
  test.each([
    ['a request target', fillTo('GET /', 'a?')],
    ['a field name', fillTo(HOST, 'X')],
    ['a field value', fillTo(`${HOST}X:`, 'a :\x01')],
    ['a folded line', fillTo(`${HOST}X: y\r\n `, 'a ')],
    ['a value in a head of LF', fillTo('GET / HTTP/1.1\nHost: a\nX:', 'a')],
    ['a trailer name', fillTo(`${HOST}${CHUNKED}`, 'X')],
    ['a trailer value', fillTo(`${HOST}${CHUNKED}X:`, 'y ')],
  ])('%s of a request does.', (_, text) => {
    const startedAt = performance.now();
    expect(feedRequest(text)).toBe('more');
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });

  test.each([
    ['a reason phrase', fillTo('HTTP/1.1 200 ', 'a ')],
    ['an irregular status line', fillTo('http/1.1  200', ' ')],
    ['a field name', fillTo(OK, 'X')],
    ['a field name that is not a token', fillTo(OK, '( ')],
    ['a field value', fillTo(`${OK}X:`, 'a ')],
    ['a trailer name', fillTo(`${OK}${CHUNKED}`, 'X')],
    ['a trailer value after other trailers', fillTo(`${OK}${CHUNKED}X: y\r\n z\nX:`, 'y ')],
  ])('%s of a response does.', (_, text) => {
    const startedAt = performance.now();
    expect(feedResponse(text)).toBe('more');
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });
});

describe('A scan that continues sees what a scan of the whole line sees.', () => {
  test.each([
    ['GET /aaa\0', 'bad-request-target'],
    ['GET /aaa\r', 'bad-request-line'],
    [`${HOST}Xxx(`, 'bad-field-line'],
    [`${HOST}X: yyy\0`, 'bad-field-line'],
    [`${HOST}X: yyy\rz`, 'bare-cr'],
    [`${HOST}X: yyy\r\r`, 'bare-cr'],
    [`${HOST}X: y\r\n zzz\nA`, 'bare-lf'],
    [`${HOST}${CHUNKED}X: yyy\rz`, 'bare-cr'],
    [`${HOST}${CHUNKED}X: y\r\nXxx\0`, 'bad-field-line'],
  ])('A request with %j is refused at its last byte.', (text, fault) => {
    expect(feedRequest(text)).toBe(fault);
  });

  test.each([
    ['HTTP/1.1 200 OOO\0', 'bad-status-line'],
    ['HTTP/1.1 200 OOO\rK', 'bare-cr'],
    ['http/1.1 200 OOO\0', 'bad-status-line'],
    [`${OK}X: yyy\rz`, 'bare-cr'],
    [`${OK}Xxx\0`, 'bad-field-line'],
    [`${OK}(xx: yyy\0`, 'bad-field-line'],
    [`${OK}${CHUNKED}X: yyy\rz`, 'bare-cr'],
    [`${OK}${CHUNKED}X: yyy\n Z\0`, 'bad-field-line'],
  ])('A response with %j is refused at its last byte.', (text, fault) => {
    expect(feedResponse(text)).toBe(fault);
  });
});
