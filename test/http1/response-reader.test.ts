import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { ResponseReader } from '../../src/http1/response-reader';
import { expectResponses, octets } from '../support/expect-reading';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const GOT = ['head 200 (OK) 1.1 [Content-Length: 2], 2 bytes, persistent', 'content "ok"', 'end'];
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const IS_CHUNKED = 'head 200 (OK) 1.1 [Transfer-Encoding: chunked], chunked, persistent';

describe('responses follow one another', () => {
  test('each framed by the method that it answers', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n';
    expectResponses(
      `${OK}${head}${OK}HTTP/1.1 304 Not Modified\r\n\r\n${OK}`,
      [
        ...GOT,
        'head 200 (OK) 1.1 [Content-Length: 9], 0 bytes, persistent',
        'end',
        ...GOT,
        'head 304 (Not Modified) 1.1 , 0 bytes, persistent',
        'end',
        ...GOT,
      ],
      ['GET', 'HEAD', 'GET'],
    );
  });

  test('interim ones before the final one, as many as there are', () => {
    expectResponses(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 7\r\n\r\n${OK}`,
      [
        'interim 100 (Continue) 1.1 , 0 bytes, persistent',
        'interim 103 (Early Hints) 1.1 [Link: </a>][Content-Length: 7], 0 bytes, persistent',
        ...GOT,
      ],
    );
  });

  test('a switch of protocols is told as interim: what it means depends on who asked', () => {
    expectResponses('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', [
      'interim 101 (Switching Protocols) 1.1 [Upgrade: x], 0 bytes, persistent',
    ]);
  });

  test('behind chunks with extensions, padding and trailers', () => {
    expectResponses(`${CHUNKED}5 ;a="b c"\r\nhello\r\n00A   \r\n0123456789\r\n000;x\r\nX-A: 1\r\nX-B:\r\n\r\n${OK}`, [
      IS_CHUNKED,
      'framing "5 ;a=\\"b c\\"\\r\\n"',
      'content "hello"',
      'framing "\\r\\n"',
      'repaired "a\\r\\n"',
      'content "0123456789"',
      'framing "\\r\\n000;x\\r\\nX-A: 1\\r\\nX-B:\\r\\n\\r\\n"',
      'end',
      ...GOT,
    ]);
  });
});

test('a body without a length goes on until the connection ends, and only then may the connection end it', () => {
  const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets('HTTP/1.0 200 OK\r\n\r\nabc');
  const ends = [reader.endsWithConnection];
  for (let at = 0; at < bytes.length; at = reader.position) {
    reader.step(bytes, at, bytes.length, 'GET');
    ends.push(reader.endsWithConnection);
  }
  expect(ends).toEqual([false, true, true]);
  expectResponses(bytes.toString('latin1'), ['head 200 (OK) 1.0 , until close, last', 'content "abc"']);
});

test.each([
  ['a length', 'Content-Length: 3'],
  ['chunks', 'Transfer-Encoding: chunked'],
])('a body with %s may not be ended by the connection', (_, field) => {
  const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`);
  expect(reader.step(bytes, 0, bytes.length, 'GET')).toBe('head');
  expect(reader.endsWithConnection).toBe(false);
});

test('it says whether a final head has come and its end has not', () => {
  const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(`HTTP/1.1 100 Continue\r\n\r\n${OK}`);
  const told = [reader.isInBody];
  for (let at = 0; told.length < 5; at = reader.position) {
    reader.step(bytes, at, bytes.length, 'GET');
    told.push(reader.isInBody);
  }
  expect(told).toEqual([false, false, true, true, false]);
});

test('every final head is followed by an end, though there be no more bytes', () => {
  const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets('HTTP/1.1 204 No Content\r\n\r\n');
  expect(reader.step(bytes, 0, bytes.length, 'GET')).toBe('head');
  expect(reader.step(bytes, bytes.length, bytes.length, 'GET')).toBe('end');
  expect(reader.step(bytes, bytes.length, bytes.length, 'GET')).toBe('more');
});
