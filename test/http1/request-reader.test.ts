import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { RequestReader } from '../../src/http1/request-reader';
import { expectRefusedRequest, expectRequests, octets } from '../support/expect-reading';
import { readRequests, tell } from '../support/reading';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const GOT = 'head GET / 1.1 [Host: a], 0 bytes, persistent';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const IS_CHUNKED = 'head POST / 1.1 [Host: a][Transfer-Encoding: chunked], chunked, persistent';

describe('requests follow one another', () => {
  test('with nothing between them', () => {
    expectRequests(GET.repeat(3), [GOT, GOT, GOT]);
  });

  test('behind a body of a length, which may hold what looks like a request', () => {
    expectRequests(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${GET.length}\r\n\r\n${GET}${GET}`, [
      `head POST / 1.1 [Host: a][Content-Length: ${GET.length}], ${GET.length} bytes, persistent`,
      `content ${JSON.stringify(GET)}`,
      'end',
      GOT,
    ]);
  });

  test('behind a chunked body', () => {
    expectRequests(`${CHUNKED}5\r\nhello\r\n0\r\n\r\n${GET}`, [
      IS_CHUNKED,
      'framing "5\\r\\n"',
      'content "hello"',
      'framing "\\r\\n0\\r\\n\\r\\n"',
      'end',
      GOT,
    ]);
  });

  test('in HTTP/1.0 that keeps the connection', () => {
    const kept = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
    const head = 'head GET / 1.0 [Connection: keep-alive], 0 bytes, persistent';
    expectRequests(`${kept}${kept}`, [head, head]);
  });
});

describe('what follows the last request of a connection is no request', () => {
  test('behind one without a body', () => {
    expectRequests(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${GET}`, [
      'head GET / 1.1 [Host: a][Connection: close], 0 bytes, last',
      `closed ${JSON.stringify(GET)}`,
    ]);
  });

  test('behind one with a body, whatever it is', () => {
    expectRequests(`POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab\0\r`, [
      'head POST / 1.0 [Content-Length: 2], 2 bytes, last',
      'content "ab"',
      'end',
      'closed "\\u0000\\r"',
    ]);
  });
});

describe('empty lines before a request line belong to no message (RFC 9112 §2.2)', () => {
  test.each(['\r\n', '\r\n\r\n\r\n', '\n', '\n\n\n', '\n\r\n\n'])('%j', (lines) => {
    const bytes = octets(`${lines}${GET}${lines}${GET}`);
    const { seen } = readRequests([bytes]);
    expect(seen.map(({ to }) => to)).toEqual([lines.length + GET.length, bytes.length]);
    expectRequests(`${lines}${GET}`, [GOT]);
    expectRequests(`${GET}${lines}${GET}`, [GOT, GOT]);
  });

  test('the head begins behind them', () => {
    const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
    const bytes = octets(`\r\n\r\n${GET}`);
    expect(reader.step(bytes, 0, bytes.length)).toBe('head');
    expect(reader.headStart).toBe(4);
    expect(reader.head).toMatchObject({ start: 4, targetStart: 8, targetEnd: 9, fieldsStart: 20, end: bytes.length });
  });

  test('they are used up before the head that follows them is whole', () => {
    const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
    const bytes = octets('\r\n\r\nGET');
    expect([reader.step(bytes, 0, bytes.length), reader.position]).toEqual(['more', 4]);
  });

  test('a CR of which nobody knows yet whether it ends an empty line is not used up', () => {
    const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
    const bytes = octets('\r\n\r');
    expect([reader.step(bytes, 0, bytes.length), reader.position]).toEqual(['more', 2]);
  });

  test('a bare CR is none', () => expectRefusedRequest('\rG', { fault: 'bad-request-line' }));
});

test('The reader says whether empty lines have come in place of the next head.', () => {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(`\r\n${GET}\n\r`);
  expect(reader.hasSkippedLines).toBe(false);
  reader.step(bytes, 0, 2);
  expect(reader.hasSkippedLines).toBe(true);
  expect(reader.step(bytes, 2, bytes.length)).toBe('head');
  expect(reader.hasSkippedLines).toBe(false);
  expect(reader.step(bytes, reader.position, bytes.length)).toBe('more');
  expect(reader.hasSkippedLines).toBe(true);
});

test('it says whether a body has begun and not ended', () => {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx');
  const told = [reader.isInBody];
  for (let at = 0; at < bytes.length; at = reader.position) {
    reader.step(bytes, at, bytes.length);
    told.push(reader.isInBody);
  }
  reader.step(bytes, bytes.length, bytes.length);
  expect([...told, reader.isInBody]).toEqual([false, true, true, false]);
});

test('a refused head can still be named by its request line', () => {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(`${GET}PUT /secret HTTP/1.1\r\nHost : a`);
  reader.step(bytes, 0, bytes.length);
  expect(reader.step(bytes, reader.position, bytes.length)).toBe('faulty');
  const { method, targetOffset, targetEndOffset } = reader.requestLine;
  const target = bytes.toString('latin1', reader.position + targetOffset, reader.position + targetEndOffset);
  expect([method, target]).toEqual(['PUT', '/secret']);
});

test('what is refused before any request line has no name, and not that of the request before it', () => {
  const reader = new RequestReader({ ...DEFAULT_HEAD_LIMITS, maxHeadBytes: 64 });
  const bytes = octets(`${GET}${'\r\n'.repeat(33)}GET`);
  reader.step(bytes, 0, bytes.length);
  expect(reader.step(bytes, reader.position, bytes.length)).toBe('faulty');
  expect([reader.requestLine.method, reader.requestLine.targetEndOffset]).toEqual(['', 0]);
});

describe('a request is refused for a body whose end is disputable', () => {
  const at = CHUNKED.length;
  test.each([
    ['no chunk size', 'x'],
    ['a chunk size behind white space', ' '],
    ['an empty chunk line', '\r'],
    ['a sign', '-'],
    ['a prefix', '0x'],
    ['white space behind the size', '5 \r'],
    ['white space within the size', '5 5'],
    ['a bare LF behind the size', '5\n'],
    ['a bare CR behind the size', '5\rh'],
    ['no hexadecimal digit', '5g'],
    ['more digits than any chunk needs', '00000000000000'],
    ['a size from 2^31 on', '80000000'],
    ['a NUL in an extension', '5;\0'],
    ['a control byte in an extension', '5;a=\x1f'],
    ['a DEL in an extension', '5;a=\x7f'],
    ['a bare LF behind an extension', '5;a=b\n'],
    ['a bare CR behind an extension', '5;a=b\rc'],
    ['an extension without a name', '5;\r'],
    ['an extension without a name before another', '5;;a\r'],
    ['an extension whose name is no token', '5;(\r'],
    ['an extension of octets from 0x80 on', '5;\xff\r'],
    ['an extension without a value', '5;a=\r'],
    ['an extension without a value before another', '5;a=;b\r'],
    ['an extension with a value that is no token', '5;a=@\r'],
    ['an extension with two values', '5;a=b=c\r'],
    ['an extension with a quoted string that is not closed', '5;a="b\r'],
    ['an extension with a quoted string that ends in a backslash', '5;a="b\\"\r'],
    ['an extension with a backslash alone in its quoted string', '5;a="\\\r'],
    ['an extension with something after its quoted string', '5;a="b"c\r'],
    ['white space after an extension', '5;a \r'],
    ['white space after a quoted string', '5;a="b"\t\r'],
  ])('%s', (_, line) => {
    expectRefusedRequest(`${CHUNKED}${line}`, { fault: 'bad-chunk', before: [IS_CHUNKED], at });
  });

  test.each([
    ['content that is longer than its chunk', 'helloo'],
    ['content that ends in a bare LF', 'hello\n'],
    ['content that ends in a bare CR', 'hello\rh'],
  ])('%s', (_, data) => {
    const before = [IS_CHUNKED, 'framing "5\\r\\n"', 'content "hello"'];
    expectRefusedRequest(`${CHUNKED}5\r\n${data}`, { fault: 'bad-chunk', before, at: at + 8 });
  });

  test.each([
    ['a trailer with white space before the colon', 'bad-field-line', 'X :'.slice(0, 2)],
    ['a trailer without a name', 'bad-field-line', ':'],
    ['a trailer that is folded', 'bad-field-line', ' '],
    ['a trailer with a NUL', 'bad-field-line', 'X: \0'],
    ['a trailer that ends in a bare LF', 'bare-lf', 'X: y\n'],
    ['a trailer that ends in a bare CR', 'bare-cr', 'X: y\rz'],
    ['a bare CR at the end', 'bare-cr', '\rz'],
    ['a bare LF at the end', 'bare-lf', '\n'],
  ])('%s', (_, fault, line) => {
    const before = [IS_CHUNKED, 'framing "0\\r\\n"'];
    expectRefusedRequest(`${CHUNKED}0\r\n${line}`, { fault, before, at: at + 3 });
  });
});

test('bytes without end behind the last request are told as they come', () => {
  const bytes = octets('GET / HTTP/1.0\r\n\r\nabc');
  expect(tell(bytes, readRequests([bytes]))).toEqual(['head GET / 1.0 , 0 bytes, last', 'closed "abc"']);
});
