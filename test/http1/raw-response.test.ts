import { describe, expect, test } from '@jest/globals';
import { parseSloppyResponse } from '../../src/http1/raw-response';
import { octets } from '../support/expect-reading';

/** What was taken apart, as text; fields as they would be written. */
function told(raw: string | Buffer): readonly string[] {
  const { status, reason, fields, content } = parseSloppyResponse(raw);
  return [`${status} ${reason}`, ...fields.map(({ name, value }) => `${name}: ${value}`), content.toString()];
}

describe('a response is taken apart however a person wrote it', () => {
  test.each<[string, string, readonly string[]]>([
    ['to the letter', 'HTTP/1.1 404 Not Found\r\nA: b\r\n\r\ncontent', ['404 Not Found', 'A: b', 'content']],
    ['with LF', 'HTTP/1.1 404 Not Found\nA: b\n\ncontent\n', ['404 Not Found', 'A: b', 'content\n']],
    ['with both', 'HTTP/1.1 404 Not Found\r\nA: b\n\r\ncontent', ['404 Not Found', 'A: b', 'content']],
    ['in HTTP/1.0', 'HTTP/1.0 404 Gone\n\nx', ['404 Gone', 'x']],
    ['in HTTP/2, which has no minor version', 'HTTP/2 404\n\nx', ['404 ', 'x']],
    ['without a reason', 'HTTP/1.1 404\n\nx', ['404 ', 'x']],
    ['with spaces about', 'HTTP/1.1 \t 404 \t Not  Found \t\n\nx', ['404 Not  Found', 'x']],
    ['with blank lines before it', '\n\r\n \t\nHTTP/1.1 200 OK\n\nx', ['200 OK', 'x']],
    ['with white space before it', '  \tHTTP/1.1 200 OK\n\nx', ['200 OK', 'x']],
    ['without content', 'HTTP/1.1 200 OK\nA: b\n\n', ['200 OK', 'A: b', '']],
    ['without an empty line', 'HTTP/1.1 200 OK\nA: b\n', ['200 OK', 'A: b', '']],
    ['without a line end', 'HTTP/1.1 200 OK\r\nA: b', ['200 OK', 'A: b', '']],
    ['of one line', 'HTTP/1.1 200', ['200 ', '']],
    ['with an empty line that is not quite empty', 'HTTP/1.1 200 OK\nA: b\n \t\nx', ['200 OK', 'A: b', 'x']],
    [
      'with fields as they come',
      'HTTP/1.1 200 OK\nA:b\nC : \t d:e \nF:\n\nx',
      ['200 OK', 'A: b', 'C: d:e', 'F: ', 'x'],
    ],
    ['with a field twice', 'HTTP/1.1 200 OK\nA: b\na: c\n\n', ['200 OK', 'A: b', 'a: c', '']],
    ['with content that has blank lines', 'HTTP/1.1 200 OK\n\n\n\nx\n\n', ['200 OK', '\n\nx\n\n']],
    [
      'with a Content-Length that lies',
      'HTTP/1.1 200 OK\nContent-Length: 99\n\nx',
      ['200 OK', 'Content-Length: 99', 'x'],
    ],
    [
      'chunked',
      'HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n3\r\nabc\r\n1;x\r\nd\r\n0\r\nT: u\r\n\r\n',
      ['200 OK', 'Transfer-Encoding: Chunked', 'abcd'],
    ],
    [
      'chunked with LF, white space after a size and an extension that is none',
      'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3 \nabc\n1;@\nd\n0\nT: u\n\n',
      ['200 OK', 'Transfer-Encoding: chunked', 'abcd'],
    ],
    [
      'with another coding',
      'HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\nx',
      ['200 OK', 'Transfer-Encoding: gzip', 'x'],
    ],
  ])('%s', (_, raw, expected) => {
    expect(told(raw)).toEqual(expected);
    expect(told(Buffer.from(raw))).toEqual(expected);
  });
});

test('text is UTF-8, and its fields are given octet by octet', () => {
  const { reason, fields, content } = parseSloppyResponse('HTTP/1.1 404 voilà\nServer: Sitio 💥\nX: à\n\n💥');
  expect(Buffer.from(reason, 'latin1').toString()).toBe('voilà');
  expect(fields.map(({ value }) => Buffer.from(value, 'latin1').toString())).toEqual(['Sitio 💥', 'à']);
  expect(content).toEqual(Buffer.from('💥'));
});

test('content that is no text stays as it is', () => {
  const content = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
  expect(parseSloppyResponse(Buffer.concat([octets('HTTP/1.1 200 OK\n\n'), content])).content).toEqual(content);
});

describe('what is not understood is said, with the line', () => {
  test.each([
    ['', 'begins with a line like "HTTP/1.1 404 Not Found", not ""'],
    ['\n\n', 'not ""'],
    ['<h1>Not found</h1>', 'not "<h1>Not found</h1>"'],
    ['404 Not Found', 'not "404 Not Found"'],
    ['HTTP/1.1 40 Not Found', 'not "HTTP/1.1 40 Not Found"'],
    ['HTTP/1.1 4044', 'not "HTTP/1.1 4044"'],
    ['HTTP/1.1404', 'not "HTTP/1.1404"'],
    ['http/1.1 404', 'not "http/1.1 404"'],
    ['GET / HTTP/1.1', 'not "GET / HTTP/1.1"'],
    ['HTTP/1.1 404 a\rb', 'not "HTTP/1.1 404 a\\rb"'],
    ['HTTP/1.1 200 OK\nno colon\n\n', 'reads "Name: value", not "no colon"'],
    ['HTTP/1.1 200 OK\nvoilà\n\n', 'reads "Name: value", not "voilà"'],
    ['HTTP/1.1 200 OK\n: no name\n\n', 'reads "Name: value", not ": no name"'],
    ['HTTP/1.1 200 OK\nA: b\n folded\n\n', 'reads "Name: value", not "folded"'],
    [
      'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nnot chunks',
      'chunked content of a raw response is malformed or cut short',
    ],
    [
      'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nab',
      'chunked content of a raw response is malformed or cut short',
    ],
    ['HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n', 'chunked content of a raw response is malformed or cut short'],
  ])('%j', (raw, text) => {
    const parse = (): unknown => parseSloppyResponse(raw);
    expect(parse).toThrow(TypeError);
    expect(parse).toThrow(text);
  });
});
