import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { methodName } from '../../src/http1/request-head';
import { RequestHeadParser } from '../../src/http1/request-head-parser';
import { expectRequests, octets } from '../support/expect-reading';

const HOST = '[Host: a]';

describe('a request line is taken', () => {
  test.each([
    ['in origin form', 'GET /a/b?c=d&e HTTP/1.1', 'GET /a/b?c=d&e 1.1'],
    ['in origin form with a fragment, which some clients send', 'GET /a#b HTTP/1.1', 'GET /a#b 1.1'],
    ['in origin form with raw UTF-8', 'GET /\xc3\xa9 HTTP/1.1', 'GET /\xc3\xa9 1.1'],
    ['in origin form with what a URI may not hold', 'GET /<>"{}|\\^` HTTP/1.1', 'GET /<>"{}|\\^` 1.1'],
    ['in absolute form', 'GET http://a:80/b?c HTTP/1.1', 'GET http://a:80/b?c 1.1'],
    ['in absolute form of any scheme', 'GET urn+x-1.2://a HTTP/1.1', 'GET urn+x-1.2://a 1.1'],
    ['in asterisk form', 'OPTIONS * HTTP/1.1', 'OPTIONS * 1.1'],
    [
      'with a method of all characters that a token has',
      "!#$%&'*+-.^_`|~09azAZ / HTTP/1.1",
      "!#$%&'*+-.^_`|~09azAZ / 1.1",
    ],
    ['with a method in lower case, which is another method', 'get / HTTP/1.1', 'get / 1.1'],
    ['with a later version of HTTP/1', 'GET / HTTP/1.9', 'GET / 1.9'],
  ])('%s', (_, line, told) => {
    expectRequests(`${line}\r\nHost: a\r\n\r\n`, [`head ${told} ${HOST}, 0 bytes, persistent`]);
  });

  test.each(['a:443', '[::1]:443', 'b\xfccher.example:1', 'a:99999'])('in authority form: CONNECT %s', (target) => {
    expectRequests(`CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`, [
      `head CONNECT ${target} 1.1 ${HOST}, 0 bytes, persistent, asks to switch`,
    ]);
  });

  test('in HTTP/1.0, where Host may be missing', () => {
    expectRequests('GET / HTTP/1.0\r\n\r\n', ['head GET / 1.0 , 0 bytes, last']);
  });
});

describe('common methods need no new string, others get one', () => {
  test.each(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'PROPFIND', 'GOT', 'M'])(
    '%s',
    (name) => {
      expect(methodName(octets(` ${name} `), 1, 1 + name.length)).toBe(name);
    },
  );
});

describe('a field line is taken', () => {
  test.each([
    ['without a value', 'X:', '[X: ]'],
    ['with nothing but white space', 'X: \t ', '[X: ]'],
    ['without white space', 'X:y', '[X: y]'],
    ['with white space around and within', 'X: \t a \t b\t ', '[X: a \t b]'],
    ['with colons in the value', 'X: a:b:', '[X: a:b:]'],
    ['with octets from 0x80 on', 'X: \x80\xa0\xff', '[X: \x80\xa0\xff]'],
    [
      'with every printable character',
      'X: !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
      '[X: !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~]',
    ],
    ['with a name of all characters that a token has', "!#$%&'*+-.^_`|~09azAZ: y", "[!#$%&'*+-.^_`|~09azAZ: y]"],
    ['twice, in order and letter case', 'x: 1\r\nX: 2', '[x: 1][X: 2]'],
    [
      'with a name as long as one that means something',
      'Hist: b\r\nUpgrode: c\r\nConnectiom: close',
      '[Hist: b][Upgrode: c][Connectiom: close]',
    ],
  ])('%s', (_, lines, told) => {
    expectRequests(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n`, [
      `head GET / 1.1 ${HOST}${told}, 0 bytes, persistent`,
    ]);
  });
});

describe('a Host is taken', () => {
  test.each(['', 'a', 'a:80', '[::1]:80', '192.0.2.1', 'b\xfccher.example', "a-b_c~d!e$f&g'h(i)j*k+l,m;n=o%20"])(
    '%j',
    (host) => {
      expectRequests(`GET / HTTP/1.1\r\nhOST: ${host}\t\r\n\r\n`, [
        `head GET / 1.1 [hOST: ${host}], 0 bytes, persistent`,
      ]);
    },
  );
});

test('an Upgrade asks to switch, whatever its letter case and its protocol', () => {
  expectRequests('GET / HTTP/1.1\r\nHost: a\r\nuPGRADE: x\r\nConnection: upgrade\r\n\r\n', [
    `head GET / 1.1 ${HOST}[uPGRADE: x][Connection: upgrade], 0 bytes, persistent, asks to switch`,
  ]);
});

describe('a client means to go on', () => {
  test.each([
    ['1.1', '', 'persistent'],
    ['1.1', 'Connection: close\r\n', 'last'],
    ['1.1', 'Connection: CLOSE\r\n', 'last'],
    ['1.1', 'Connection: keep-alive\r\n', 'persistent'],
    ['1.1', 'Connection: keep-alive, close\r\n', 'last'],
    ['1.1', 'Connection: a ,\tclose,, b\r\n', 'last'],
    ['1.1', 'Connection: keep-alive\r\nConnection: close\r\n', 'last'],
    ['1.1', 'Connection: closed\r\n', 'persistent'],
    ['1.1', 'Connection: "close"\r\n', 'persistent'],
    ['1.1', 'Connection:\r\n', 'persistent'],
    ['1.1', 'Proxy-Connection: close\r\n', 'persistent'],
    ['1.0', '', 'last'],
    ['1.0', 'Connection: keep-alive\r\n', 'persistent'],
    ['1.0', 'Connection: Keep-Alive\r\n', 'persistent'],
    ['1.0', 'Connection: te, keep-alive\r\n', 'persistent'],
    ['1.0', 'Connection: keep-alive, close\r\n', 'last'],
    ['1.0', 'Keep-Alive: timeout=5\r\n', 'last'],
  ])('HTTP/%s with %j: %s', (version, connection, expected) => {
    const fields =
      connection === ''
        ? ''
        : `[${connection.trimEnd().replaceAll('\r\n', '][').replaceAll(':', ': ').replaceAll(':  ', ': ')}]`;
    expectRequests(`GET / HTTP/${version}\r\nHost: a\r\n${connection}\r\n`, [
      `head GET / ${version} ${HOST}${fields}, 0 bytes, ${expected}`,
    ]);
  });
});

describe('the length of the body is', () => {
  const content = (length: number): string => 'x'.repeat(length);
  test.each([
    ['none', '', '0 bytes', ''],
    ['none where it says 0', 'Content-Length: 0', '0 bytes', ''],
    ['as many bytes as it says', 'Content-Length: 12', '12 bytes', content(12)],
    ['as many with leading zeros', 'content-length: 0003', '3 bytes', content(3)],
    ['chunked', 'Transfer-Encoding: chunked', 'chunked', undefined],
    ['chunked in any letter case', 'tRANSFER-ENCODING: \tCHUNKED', 'chunked', undefined],
  ])('%s', (_, lines, told, body) => {
    const section = lines === '' ? '' : `${lines}\r\n`;
    const fields = section
      .split('\r\n')
      .slice(0, -1)
      .map((line) => `[${line.trim().replace(/:\s+/, ': ')}]`);
    const head = `head POST / 1.1 ${HOST}${fields.join('')}, ${told}, persistent`;
    const rest =
      body === undefined ? ['framing "0\\r\\n\\r\\n"', 'end'] : body === '' ? [] : [`content "${body}"`, 'end'];
    expectRequests(`POST / HTTP/1.1\r\nHost: a\r\n${section}\r\n${body ?? '0\r\n\r\n'}`, [head, ...rest]);
  });

  test('exact up to 2^53 - 1, the last that a number can count one by one', () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9007199254740991\r\n\r\n';
    expectRequests(head, [
      `head POST / 1.1 ${HOST}[Content-Length: 9007199254740991], 9007199254740991 bytes, persistent`,
    ]);
  });
});

test('the parser can say the request line of a head that is not whole, as far as it is known', () => {
  const parser = new RequestHeadParser(DEFAULT_HEAD_LIMITS);
  const bytes = octets('PATCH /a?b HTTP/1.1\r\nHost');
  parser.parse(bytes, 0, bytes.length);
  const { method, targetOffset, targetEndOffset } = parser.requestLine;
  expect([method, bytes.toString('latin1', targetOffset, targetEndOffset)]).toEqual(['PATCH', '/a?b']);
});
