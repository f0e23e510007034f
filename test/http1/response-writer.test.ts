import { describe, expect, test } from '@jest/globals';
import { type Override, type OverrideContext, createOverride, renderOverride } from '../../src/http1/response-writer';
import { headOf, taken, targetHead } from '../support/rendered';

const CONTENT = Buffer.from('💥 gone');
const DATE = 'Fri, 20 Nov 2026 12:00:00 GMT';
const CONTEXT: OverrideContext = { omitsContent: false, closes: false, minorVersion: 1, date: DATE };

const html = [{ name: 'Content-Type', value: 'text/html' }];
const page = createOverride({ keepsFields: true, fields: html, content: CONTENT });
/** A whole response of one's own: nothing is kept but what it is an answer to. */
const whole = createOverride({ status: 410, reason: 'Gone', keepsFields: false, fields: html, content: CONTENT });

const target = targetHead('HTTP/1.1 404 Not Found', 'X-A: 1', 'Content-Length: 3', 'Date: then', 'X-B: 2');

const render = (override: Override, context: Partial<OverrideContext> = {}, head = target): ReturnType<typeof taken> =>
  taken(renderOverride(override, head, { ...CONTEXT, ...context }));

describe('with a page of ours', () => {
  test('the status line and the fields that do not describe the content stay, and ours follow', () => {
    expect(render(page)).toEqual({
      lines: [
        'HTTP/1.1 404 Not Found',
        'X-A: 1',
        'Date: then',
        'X-B: 2',
        'Content-Type: text/html',
        'Content-Length: 9',
      ],
      content: CONTENT,
    });
  });

  test.each([
    'Content-Length: 3',
    'Content-Type: a/b',
    'Content-Encoding: gzip',
    'Content-Language: en',
    'Content-Disposition: attachment',
    'Content-Location: /a',
    'Content-Range: bytes 0-1/2',
    'Content-MD5: x',
    'Content-Digest: sha-256=:x:',
    'Repr-Digest: sha-256=:x:',
    'Digest: sha-256=x',
    'Transfer-Encoding: chunked',
    'Trailer: X-C',
    'Accept-Ranges: bytes',
    'ETag: "a"',
    'Last-Modified: then',
    "Content-Security-Policy: default-src 'none'",
    'Content-Security-Policy-Report-Only: frame-ancestors a',
    "X-Content-Security-Policy: default-src 'self'",
    'X-WebKit-CSP: frame-ancestors a',
    'Document-Policy: unsized-media=?0',
    'Require-Document-Policy: unsized-media=?0',
    'Integrity-Policy: blocked-destinations=(style)',
    'Link: </a.css>; rel=preload; as=style',
    'Refresh: 0; url=/',
    'Default-Style: compact',
    'Content-Style-Type: text/x',
    'Content-Script-Type: text/x',
    'X-UA-Compatible: IE=7',
    'Speculation-Rules: "/rules.json"',
    'SourceMap: /a.map',
  ])('of the target is dropped, in any letter case: %s', (line) => {
    const name = line.slice(0, line.indexOf(':'));
    for (const spelled of [line, line.replace(name, name.toUpperCase()), line.replace(name, name.toLowerCase())]) {
      const { lines } = render(page, {}, targetHead('HTTP/1.1 404 Not Found', 'X-A: 1', spelled, 'X-B: 2'));
      expect(lines).toEqual([
        'HTTP/1.1 404 Not Found',
        'X-A: 1',
        'X-B: 2',
        'Content-Type: text/html',
        `Date: ${DATE}`,
        'Content-Length: 9',
      ]);
    }
  });

  test.each([
    'Set-Cookie: a=b',
    'Access-Control-Allow-Origin: *',
    'Access-Control-Expose-Headers: X-A',
    'WWW-Authenticate: Basic',
    'Proxy-Authenticate: Basic',
    'Retry-After: 1',
    'Cache-Control: no-store',
    'Expires: 0',
    'Vary: Origin',
    'Server: x',
    'Age: 1',
    'Via: 1.1 x',
    'Location: /a',
    'Allow: GET',
    'X-Request-Id: 1',
    'Traceparent: 00-1-1-00',
    'Strict-Transport-Security: max-age=1',
    'X-Frame-Options: DENY',
    'X-Content-Type-Options: nosniff',
    'Content-Typ: near',
    'Content-Types: nearer',
    'Connection: keep-alive',
    'Keep-Alive: timeout=5',
    'Upgrade: h2c',
  ])('of the target is kept: %s', (line) => {
    const { lines } = render(page, {}, targetHead('HTTP/1.1 404 Not Found', line, `${line}, again`));
    expect(lines.slice(1, 3)).toEqual([line, `${line}, again`]);
  });

  test('a field of ours takes the place of every one of that name, in any letter case', () => {
    const head = targetHead('HTTP/1.1 404 Not Found', 'server: a', 'X-A: 1', 'SERVER: b');
    const fields = [{ name: 'Server', value: 'ours' }];
    const { lines } = render(createOverride({ keepsFields: true, fields, content: CONTENT }), {}, head);
    expect(lines.slice(1)).toEqual(['X-A: 1', 'Server: ours', `Date: ${DATE}`, 'Content-Length: 9']);
  });

  test("a dropped field that the page gives itself is the page's", () => {
    const head = targetHead('HTTP/1.1 404 Not Found', 'Link: </a>', "Content-Security-Policy: frame-ancestors 'none'");
    const fields = [
      { name: 'content-security-policy', value: "default-src 'self'" },
      { name: 'Link', value: '</b>' },
    ];
    const { lines } = render(createOverride({ keepsFields: true, fields, content: CONTENT }), {}, head);
    expect(lines.slice(1, 3)).toEqual(["content-security-policy: default-src 'self'", 'Link: </b>']);
  });

  test('a field that is added stands beside those of that name', () => {
    const added = [{ name: 'Vary', value: 'Accept' }];
    const head = targetHead('HTTP/1.1 404 Not Found', 'vary: Origin', 'Date: then');
    const { lines } = render(createOverride({ keepsFields: true, fields: html, added, content: CONTENT }), {}, head);
    expect(lines.slice(1)).toEqual([
      'vary: Origin',
      'Date: then',
      'Content-Type: text/html',
      'Vary: Accept',
      'Content-Length: 9',
    ]);
  });

  test('a status of ours takes the place of the status line', () => {
    const override = createOverride({ status: 404, keepsFields: true, fields: [], content: CONTENT });
    expect(render(override, {}, targetHead('HTTP/1.0 200 Fine', 'X-A: 1')).lines.slice(0, 2)).toEqual([
      'HTTP/1.1 404 ',
      'X-A: 1',
    ]);
  });

  test('fields of the target go out as they came, octet by octet, folds and white space aside', () => {
    const head = headOf('HTTP/1.1 404 Not Found\r\nx:\xe9 \t\r\nContent-Type: a\r\nY: a\r\n b\r\nETag: x\r\n\r\n');
    expect(render(page, {}, head).lines.slice(1, 3)).toEqual(['x:\xe9 \t', 'Y: a b']);
  });

  test('lines that ended in LF alone end in CRLF: we answer for what we write', () => {
    const head = headOf('HTTP/1.0 404\nX-A: 1\nETag: x\nX-B: 2\r\nX-C: 3\n\n');
    expect(render(page, {}, head).lines.slice(0, 4)).toEqual(['HTTP/1.0 404 ', 'X-A: 1', 'X-B: 2', 'X-C: 3']);
  });

  test('nothing is left of a head that only describes its content', () => {
    const head = targetHead('HTTP/1.1 404 Not Found', 'Content-Type: a/b', 'Content-Length: 3');
    expect(render(page, {}, head).lines).toEqual([
      'HTTP/1.1 404 Not Found',
      'Content-Type: text/html',
      `Date: ${DATE}`,
      'Content-Length: 9',
    ]);
  });

  test('a head without fields is no trouble', () => {
    expect(render(page, {}, targetHead('HTTP/1.1 404 Not Found')).lines).toHaveLength(4);
  });
});

describe('with a whole response of ours', () => {
  test('nothing of the target stays', () => {
    expect(render(whole)).toEqual({
      lines: ['HTTP/1.1 410 Gone', 'Content-Type: text/html', `Date: ${DATE}`, 'Content-Length: 9'],
      content: CONTENT,
    });
  });

  test('its framing and its connection are what we make of them, whatever it says', () => {
    const fields = ['Content-Length', 'transfer-encoding', 'Connection', 'Keep-Alive', 'Proxy-Connection', 'X-A'].map(
      (name) => ({ name, value: '1' }),
    );
    const override = createOverride({ status: 200, keepsFields: false, fields, content: CONTENT });
    expect(render(override).lines).toEqual(['HTTP/1.1 200 ', 'X-A: 1', `Date: ${DATE}`, 'Content-Length: 9']);
  });
});

describe('the length that is said', () => {
  test('is that of the content in bytes', () => {
    expect(CONTENT.length).not.toBe(CONTENT.toString().length);
    expect(render(page).lines).toContain(`Content-Length: ${CONTENT.length}`);
  });

  test('is the same for HEAD, which gets every field and no content', () => {
    for (const override of [page, whole]) {
      expect(render(override, { omitsContent: true })).toEqual({
        lines: render(override).lines,
        content: Buffer.alloc(0),
      });
    }
  });

  test('is 0 for no content', () => {
    const empty = createOverride({ keepsFields: false, fields: [], content: Buffer.alloc(0) });
    expect(render(empty)).toMatchObject({
      lines: expect.arrayContaining(['Content-Length: 0']),
      content: Buffer.alloc(0),
    });
  });

  test.each([204, 304])('is not said with %i, which has no content', (status) => {
    const override = createOverride({ status, keepsFields: false, fields: html, content: CONTENT });
    expect(render(override)).toEqual({
      lines: [`HTTP/1.1 ${status} `, 'Content-Type: text/html', `Date: ${DATE}`],
      content: Buffer.alloc(0),
    });
    expect(render(page, {}, targetHead(`HTTP/1.1 ${status} R`)).content).toHaveLength(0);
  });
});

describe('the date', () => {
  const dated = createOverride({ keepsFields: true, fields: [{ name: 'daTe', value: 'ours' }], content: CONTENT });
  const dates = (override: Override, head = target): readonly string[] =>
    render(override, {}, head).lines.filter((line) => /^date:/i.test(line));

  test.each([
    ['is of this answer where nobody gave one', page, targetHead('HTTP/1.1 404 Not Found'), `Date: ${DATE}`],
    ["is the target's where it gave one", page, targetHead('HTTP/1.1 404 Not Found', 'dATE: then'), 'dATE: then'],
    ['is of this answer where nothing of the target stays', whole, target, `Date: ${DATE}`],
    ['is ours where we give one', dated, target, 'daTe: ours'],
  ])('%s', (_, override, head, date) => expect(dates(override, head)).toEqual([date]));
});

describe('where the connection is to close', () => {
  const kept = targetHead(
    'HTTP/1.1 404 Not Found',
    'connection: keep-alive',
    'X-A: 1',
    'KEEP-ALIVE: timeout=5',
    'Proxy-Connection: keep-alive',
  );

  test('that is said once, and what the target said of it is dropped', () => {
    expect(render(page, { closes: true }, kept).lines.slice(1)).toEqual([
      'X-A: 1',
      'Content-Type: text/html',
      `Date: ${DATE}`,
      'Content-Length: 9',
      'Connection: close',
    ]);
    expect(render(whole, { closes: true }).lines.slice(-1)).toEqual(['Connection: close']);
  });

  test('a client of HTTP/1.0 is told nothing else', () => {
    expect(render(whole, { closes: true, minorVersion: 0 }).lines.slice(-1)).toEqual(['Connection: close']);
  });
});

describe('where the connection goes on', () => {
  test('a client of HTTP/1.0 is told so by us where nothing of the target stays, and by the target otherwise', () => {
    expect(render(whole, { minorVersion: 0 }).lines.slice(-1)).toEqual(['Connection: keep-alive']);
    expect(render(page, { minorVersion: 0 }).lines).not.toContain('Connection: keep-alive');
  });

  test('a client of HTTP/1.1 need not be told', () => {
    expect([...render(whole).lines, ...render(page).lines].filter((line) => line.startsWith('Connection'))).toEqual([]);
  });
});

test('an override is rendered anew for each exchange, and stays as it was', () => {
  const before = JSON.stringify(page);
  expect(render(page, { closes: true })).not.toEqual(render(page));
  expect(render(page)).toEqual(render(page));
  expect(JSON.stringify(page)).toBe(before);
});
