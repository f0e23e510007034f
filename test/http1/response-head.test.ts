import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { ResponseReader } from '../../src/http1/response-reader';
import { reasonOf } from '../../src/http1/response-head';
import { expectResponses, octets } from '../support/expect-reading';

const EMPTY = 'Content-Length: 0\r\n\r\n';
const NO_CONTENT = '[Content-Length: 0], 0 bytes, persistent';

describe('a status line is taken', () => {
  test.each([
    ['with a reason', 'HTTP/1.1 200 OK', '200 (OK) 1.1'],
    ['with a reason of several words', 'HTTP/1.1 404 File not found', '404 (File not found) 1.1'],
    ['with an empty reason', 'HTTP/1.1 200 ', '200 () 1.1'],
    ['without a reason and the space before it', 'HTTP/1.1 200', '200 () 1.1'],
    ['with a reason in UTF-8', 'HTTP/1.1 200 d\xc3\xa9j\xc3\xa0', '200 (d\xc3\xa9j\xc3\xa0) 1.1'],
    ['with tabs and control bytes in the reason', 'HTTP/1.1 200 a\tb\x01', '200 (a\tb\x01) 1.1'],
    ['with a status that nobody knows', 'HTTP/1.1 999 Whatever', '999 (Whatever) 1.1'],
    ['of a later HTTP/1', 'HTTP/1.9 200 OK', '200 (OK) 1.9'],
  ])('%s', (_, line, told) => {
    expectResponses(`${line}\r\n${EMPTY}`, [`head ${told} ${NO_CONTENT}`, 'end']);
    expectResponses(`${line}\n${EMPTY}`, [`head ${told} ${NO_CONTENT}`, 'end']);
  });
});

describe('a field line is taken', () => {
  test.each([
    ['that ends in LF alone', 'X: y\n', '[X: y]'],
    ['with white space around the value', 'X: \t y \t\n', '[X: y]'],
    ['with an empty value', 'X:\r\n', '[X: ]'],
    ['with octets from 0x80 on', 'X: \x80\xff\r\n', '[X: \x80\xff]'],
    ['with control bytes, which old servers send', 'X: a\x01\x0b\x0c\x1b\x7fb\r\n', '[X: a\x01\x0b\x0c\x1b\x7fb]'],
    ['twice, in order and letter case', 'set-cookie: a\r\nSet-Cookie: b\r\n', '[set-cookie: a][Set-Cookie: b]'],
  ])('%s', (_, lines, told) => {
    expectResponses(`HTTP/1.1 200 OK\r\n${lines}${EMPTY}`, [`head 200 (OK) 1.1 ${told}${NO_CONTENT}`, 'end']);
  });

  test('though the empty line is LF alone', () => {
    expectResponses('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\nx', [
      'head 200 (OK) 1.1 [Content-Length: 1], 1 bytes, persistent',
      'content "x"',
      'end',
    ]);
  });

  test('or none at all', () => {
    expectResponses('HTTP/1.1 200 OK\n\nx', ['head 200 (OK) 1.1 , until close, last', 'content "x"']);
  });
});

describe('a folded line is taken as one, a space in place of the fold (RFC 9112 §5.2)', () => {
  test.each([
    ['once', 'X: a\r\n b\r\n', '[X: a b]'],
    ['with a tab', 'X: a\r\n\tb\r\n', '[X: a b]'],
    ['with much white space', 'X: a\t \r\n \t b \r\n', '[X: a\t  b]'],
    ['with LF alone', 'X: a\n b\n', '[X: a b]'],
    ['twice', 'X: a\r\n b\r\n c\r\nY: d\r\n', '[X: a b c][Y: d]'],
    ['on two fields', 'X: a\r\n b\r\nY: c\r\n d\r\n', '[X: a b][Y: c d]'],
    ['into nothing', 'X: a\r\n \r\n', '[X: a]'],
    ['out of nothing', 'X:\r\n a\r\n', '[X: a]'],
  ])('%s', (_, lines, told) => {
    expectResponses(`HTTP/1.1 200 OK\r\n${lines}${EMPTY}`, [`head 200 (OK) 1.1 ${told}${NO_CONTENT}`, 'end']);
  });

  test('and a folded Content-Length counts as unfolded', () => {
    expectResponses('HTTP/1.1 200 OK\r\nContent-Length:\r\n 3\r\n\r\nabc', [
      'head 200 (OK) 1.1 [Content-Length: 3], 3 bytes, persistent',
      'content "abc"',
      'end',
    ]);
  });

  test('The bytes that came stay as they are: the repaired head has bytes of its own.', () => {
    const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
    const text = `HTTP/1.1 200 OK\r\nX: a\r\n b\r\n${EMPTY}`;
    const bytes = octets(text);
    expect(reader.step(bytes, 0, bytes.length, 'GET')).toBe('head');
    expect([reader.headStart, reader.position]).toEqual([0, bytes.length]);
    expect(bytes.toString('latin1')).toBe(text);
    expect(reader.head?.bytes.toString('latin1')).toBe(`HTTP/1.1 200 OK\r\nX: a b\r\n${EMPTY}`);
  });

  test('A head that needs no repair keeps the bytes that it came in.', () => {
    const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
    const bytes = octets(`\r\nHTTP/1.1 200  OK\r\n(: \x01\r\n${EMPTY}`);
    reader.step(bytes, 0, bytes.length, 'GET');
    expect(reader.head?.bytes).toBe(bytes);
    expect([reader.headStart, reader.head?.start, reader.position]).toEqual([2, 2, bytes.length]);
  });
});

describe('the length of the body is (RFC 9112 §6.3)', () => {
  const GZIP_LAST = 'Transfer-Encoding: chunked\r\n';
  test.each([
    ['none to HEAD', 'HEAD', '200', 'Content-Length: 5\r\n', '0 bytes'],
    ['none to HEAD, chunked though it says', 'HEAD', '200', GZIP_LAST, '0 bytes'],
    ['none with 204', 'GET', '204', 'Content-Length: 5\r\n', '0 bytes'],
    ['none with 304', 'GET', '304', 'Content-Length: 5\r\n', '0 bytes'],
    ['none with a 2xx to CONNECT', 'CONNECT', '200', GZIP_LAST, '0 bytes'],
    ['none with another 2xx to CONNECT', 'CONNECT', '299', '', '0 bytes'],
    ['as it says with another status to CONNECT', 'CONNECT', '300', 'Content-Length: 5\r\n', '5 bytes'],
    ['as many bytes as it says', 'GET', '200', 'Content-Length: 5\r\n', '5 bytes'],
    ['as many bytes when said twice alike', 'GET', '200', 'Content-Length: 5\r\nContent-Length: 5\r\n', '5 bytes'],
    ['none where it says 0', 'GET', '200', 'Content-Length: 0\r\n', '0 bytes'],
    ['chunked', 'GET', '200', GZIP_LAST, 'chunked'],
    ['chunked behind another coding', 'GET', '200', 'Transfer-Encoding: gzip, chunked\r\n', 'chunked'],
    ['chunked behind a coding that nobody knows', 'GET', '200', 'Transfer-Encoding: br, chunked\r\n', 'chunked'],
    ['all there is, where a coding is not chunked', 'GET', '200', 'Transfer-Encoding: gzip\r\n', 'until close'],
    ['all there is, where nothing is said', 'GET', '200', '', 'until close'],
    ['as of any other with 205', 'GET', '205', 'Content-Length: 0\r\n', '0 bytes'],
    ['as of any other with 404', 'GET', '404', '', 'until close'],
  ])('%s', (_, method, status, lines, told) => {
    const isMerged = lines === 'Content-Length: 5\r\nContent-Length: 5\r\n';
    const fields = (isMerged ? 'Content-Length: 5\r\n' : lines)
      .split('\r\n')
      .slice(0, -1)
      .map((line) => `[${line}]`)
      .join('');
    const persistent = told === 'until close' ? 'last' : 'persistent';
    const end = told === '0 bytes' ? ['end'] : [];
    expectResponses(
      `HTTP/1.1 ${status} R\r\n${lines}\r\n`,
      [`head ${status} (R) 1.1 ${fields}, ${told}, ${persistent}`, ...end],
      [method],
    );
  });
});

test('A disputed length is repaired in a response to HEAD too, though no content follows.', () => {
  expectResponses(
    'HTTP/1.1 200 R\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    ['head 200 (R) 1.1 [Transfer-Encoding: chunked][Connection: close], 0 bytes, last', 'end'],
    ['HEAD'],
  );
});

describe('a target means to go on', () => {
  test.each([
    ['1.1', '', 'persistent'],
    ['1.1', 'Connection: close\r\n', 'last'],
    ['1.1', 'connection: x, CLOSE\r\n', 'last'],
    ['1.0', '', 'last'],
    ['1.0', 'Connection: Keep-Alive\r\n', 'persistent'],
    ['1.0', 'Connection: keep-alive, close\r\n', 'last'],
  ])('HTTP/%s with %j: %s', (version, connection, expected) => {
    const fields = connection === '' ? '' : `[${connection.trimEnd()}]`;
    expectResponses(`HTTP/${version} 200 OK\r\n${connection}${EMPTY}`, [
      `head 200 (OK) ${version} ${fields}[Content-Length: 0], 0 bytes, ${expected}`,
      'end',
    ]);
  });
});

describe('the reason phrase is given as it came, but for the white space round it', () => {
  test.each([
    ['OK', 'OK'],
    ['', ''],
    ['  Not  Found ', 'Not  Found'],
    ['voil\xc3\xa0', 'voil\xc3\xa0'],
    ['\xa0', '\xa0'],
  ])('%j', (text, reason) => {
    const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
    const bytes = octets(`HTTP/1.1 404 ${text}\r\n${EMPTY}`);
    reader.step(bytes, 0, bytes.length, 'GET');
    expect(reader.head === undefined ? undefined : reasonOf(reader.head)).toBe(reason);
  });
});
