import { describe, expect, test } from '@jest/globals';
import { type Page, type SubscriberExchange, subscriberStage } from '../../src/middleware/subscriber';
import { type Exchange } from '../../src/tunnel/exchange';
import { answered, asked, shown } from './answered';

const DATE = 'Date: Mon, 23 Nov 2026 01:13:00 GMT';
const KEPT = ['Server: target', 'Set-Cookie: a=1'];
const DESCRIPTION = ['Content-Type: application/json', 'Content-Length: 2', 'ETag: "x"'];

const never = (name: string, error: unknown): never => {
  throw new Error(`${name} failed`, { cause: error });
};

/** An exchange whose response is there, and what a subscriber holds of it. */
function hold(): { readonly exchange: Exchange; readonly response: SubscriberExchange['response'] } {
  const exchange = asked();
  const held: SubscriberExchange[] = [];
  subscriberStage('holder', (each) => held.push(each), never).onRequest?.(exchange);
  answered(exchange, 'HTTP/1.1 404 Not Found', ...KEPT, ...DESCRIPTION);
  if (held[0] === undefined) throw new Error('the subscriber was not called');
  return { exchange, response: held[0].response };
}

/** What goes out with this page, the content as text. */
function overridden(page: string | Buffer | Page): { readonly lines: readonly string[]; readonly text: string } {
  const { exchange, response } = hold();
  response.override(page);
  const { lines, content } = shown(exchange) ?? { lines: ['it stayed'], content: '' };
  return { lines, text: String(content) };
}

describe('a whole raw response', () => {
  test.each<[string, string | Buffer, string[], string]>([
    [
      'as strict as can be',
      'HTTP/1.1 410 Gone\r\nX-A: b\r\n\r\npage',
      ['HTTP/1.1 410 Gone', 'X-A: b', DATE, 'Content-Length: 4'],
      'page',
    ],
    ['as bytes', Buffer.from('HTTP/1.1 200 OK\r\n\r\npage'), ['HTTP/1.1 200 OK', DATE, 'Content-Length: 4'], 'page'],
    [
      'with empty lines before it, and lines that end in LF',
      '\n\nHTTP/1.0 404 File not found\nX-A: b\n\n<p>\n</p>',
      ['HTTP/1.1 404 File not found', 'X-A: b', DATE, 'Content-Length: 8'],
      '<p>\n</p>',
    ],
    ['without a reason and without content', 'HTTP/1.1 404', ['HTTP/1.1 404 ', DATE, 'Content-Length: 0'], ''],
    [
      'with a length that is wrong, an old date and a word on the connection',
      'HTTP/1.1 404 No\nContent-Length: 999\nDate: yesterday\nConnection: close\n\npage',
      ['HTTP/1.1 404 No', DATE, 'Content-Length: 4'],
      'page',
    ],
    [
      'in chunks',
      'HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npage\r\n0\r\n\r\n',
      ['HTTP/1.1 404 No', DATE, 'Content-Length: 4'],
      'page',
    ],
  ])('%s', (_, raw, lines, text) => {
    expect(overridden(raw)).toEqual({ lines, text });
  });

  test('that says more than ASCII is sent as UTF-8, and its length counts bytes', () => {
    const { lines, text } = overridden('HTTP/1.1 404 Weg\nServer: Sitio 💥\n\n💥');
    expect(lines.map((line) => Buffer.from(line, 'latin1').toString())).toContain('Server: Sitio 💥');
    expect(lines).toContain('Content-Length: 4');
    expect(text).toBe('💥');
  });
});

describe('a page', () => {
  test.each<[string, Page, string[]]>([
    ['of nothing but content', { content: 'page' }, ['HTTP/1.1 404 Not Found', ...KEPT]],
    ['with a status', { status: 410, content: 'page' }, ['HTTP/1.1 410 ', ...KEPT]],
    ['with a status as text', { status: '200', content: 'page' }, ['HTTP/1.1 200 ', ...KEPT]],
    [
      'with fields, of which one is the target’s too',
      { fields: { 'Content-Type': 'text/html', server: 'us' }, content: 'page' },
      ['HTTP/1.1 404 Not Found', 'Set-Cookie: a=1', 'Content-Type: text/html', 'server: us'],
    ],
    [
      'with a field of many values',
      { fields: { 'Set-Cookie': ['b=2', 'c=3'] }, content: 'page' },
      ['HTTP/1.1 404 Not Found', 'Server: target', 'Set-Cookie: b=2', 'Set-Cookie: c=3'],
    ],
    [
      'with fields in a list',
      { fields: [{ name: 'X-A', value: 'b' }], content: 'page' },
      ['HTTP/1.1 404 Not Found', ...KEPT, 'X-A: b'],
    ],
    [
      'with fields that are yielded, and content as bytes',
      { fields: new Set([{ name: 'X-A', value: 'b' }]).values(), content: Buffer.from('page') },
      ['HTTP/1.1 404 Not Found', ...KEPT, 'X-A: b'],
    ],
  ])('%s', (_, page, head) => {
    expect(overridden(page)).toEqual({ lines: [...head, DATE, 'Content-Length: 4'], text: 'page' });
  });

  test('counts its length in bytes', () => {
    expect(overridden({ content: '☹' }).lines).toContain('Content-Length: 3');
  });
});

describe('what is no page is refused, says why, and leaves the response as it is:', () => {
  test.each<[string, string | Buffer | Page, RegExp]>([
    ['an empty one', '', /begins with a line like "HTTP\/1\.1 404 Not Found", not ""/],
    ['HTML alone', '<h1>Not found</h1>', /not "<h1>Not found<\/h1>"/],
    ['a field without a colon', 'HTTP/1.1 404 No\nnonsense\n\n', /reads "Name: value", not "nonsense"/],
    ['an interim status', 'HTTP/1.1 100 Continue\n\n', /from 200 to 999, not 100/],
    ['a status that is none', { status: 'not found', content: '' }, /from 200 to 999, not NaN/],
    ['a field name that is none', { fields: { 'a b': 'c' }, content: '' }, /"a b" is not a field name/],
    ['a value that would be two fields', { fields: { 'X-A': 'b\r\nX-C: d' }, content: '' }, /field X-A has a control/],
  ])('%s', (_, page, reason) => {
    const { exchange, response } = hold();
    expect(() => response.override(page)).toThrow(reason);
    expect(exchange.isOverridden).toBe(false);
  });
});

describe('override', () => {
  const PAGE = { content: 'page' };

  test('cannot be called twice', () => {
    const { exchange, response } = hold();
    response.override({ content: 'first' });
    expect(() => response.override(PAGE)).toThrow('already overridden');
    expect(String(shown(exchange)?.content)).toBe('first');
  });

  test('cannot be called after the head has gone out', () => {
    const { exchange, response } = hold();
    exchange.sentStatus = 404;
    expect(() => response.override(PAGE)).toThrow('too late to override: the head of the response has already been');
    expect(exchange.isOverridden).toBe(false);
  });

  test('cannot be called after the exchange has ended without a head', () => {
    const { exchange, response } = hold();
    exchange.termination = 'client-aborted';
    expect(() => response.override(PAGE)).toThrow('too late');
  });
});
