import { describe, expect, test } from '@jest/globals';
import { type Page, type SubscriberExchange } from '../../src/middleware/subscriber';
import { subscriberStages } from '../../src/middleware/subscriber-stage';
import { type Exchange } from '../../src/tunnel/exchange';
import { answered, asked, shown } from '../support/answered';

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
  const [stage] = subscriberStages({ holder: (each: SubscriberExchange) => held.push(each) }, never);
  stage?.onRequest?.(exchange);
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
    ['a field name that is none', { fields: { 'a b': 'c' }, content: '' }, /"a b" is not a field name/],
    ['a value that would be two fields', { fields: { 'X-A': 'b\r\nX-C: d' }, content: '' }, /field X-A has a control/],
  ])('%s', (_, page, reason) => {
    const { exchange, response } = hold();
    expect(() => response.override(page)).toThrow(reason);
    expect(exchange.isOverridden).toBe(false);
  });
});

describe('bytes of a page', () => {
  const page = 'page';
  const octets = Uint8Array.from(Buffer.from(page));

  test.each<[string, ArrayBufferView]>([
    ['a Buffer', Buffer.from(page)],
    ['a Uint8Array', octets],
    ['a view with wider elements', new Uint16Array(octets.buffer)],
    ['a DataView', new DataView(octets.buffer)],
    ['a part of a longer buffer', Uint8Array.from(Buffer.from(`<${page}>`)).subarray(1, 5)],
    ['a view of shared memory', sharedBytes(page)],
    ['a view whose class lies about its length', liarOf(octets)],
  ])('may be %s: what it covers is sent', (_, content) => {
    expect(overridden({ content })).toEqual({
      lines: ['HTTP/1.1 404 Not Found', ...KEPT, DATE, 'Content-Length: 4'],
      text: page,
    });
  });

  test('are copied by the call: later changes are not sent', () => {
    const { exchange, response } = hold();
    const content = Buffer.from(page);
    response.override({ content });
    content.fill('x');
    expect(String(shown(exchange)?.content)).toBe(page);
  });

  test('of a raw response are copied too', () => {
    const { exchange, response } = hold();
    const raw = Uint8Array.from(Buffer.from('HTTP/1.1 404 No\n\npage'));
    response.override(raw);
    raw.fill(0);
    expect(String(shown(exchange)?.content)).toBe(page);
  });

  function sharedBytes(text: string): Uint8Array {
    const bytes = new Uint8Array(new SharedArrayBuffer(text.length));
    bytes.set(Buffer.from(text));
    return bytes;
  }

  function liarOf(bytes: Uint8Array): ArrayBufferView {
    class Liar extends Uint8Array {
      override get length(): number {
        return 1_000_000;
      }
    }
    return new Liar(bytes);
  }
});

describe('a page of a wrong type is refused with a TypeError that names the part, and the response stays:', () => {
  const content = '';
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'page must be a whole response as text or bytes'],
    ['null', null, 'or an object with content, not null'],
    ['a number', 404, 'not 404'],
    ['a function', () => content, 'not a function'],
    ['an array', ['HTTP/1.1 404 Not Found'], 'not an array'],
    ['a promise', Promise.resolve(content), 'or an object with content, not a promise'],
    ['an ArrayBuffer', new ArrayBuffer(4), 'or an object with content, not an ArrayBuffer'],
    ['a String object', new String('HTTP/1.1 404 Not Found'), 'page has no property "0"'],
    ['no content', {}, 'page.content must be text or bytes'],
    ['content: null', { content: null }, 'of an ArrayBuffer), not null'],
    ['content: a number', { content: 5 }, 'not 5'],
    ['content: an object', { content: { length: 3 } }, 'not an object'],
    ['content: a promise', { content: Promise.resolve('') }, 'not a promise'],
    ['content: an ArrayBuffer', { content: new ArrayBuffer(4) }, 'not an ArrayBuffer'],
    ['content: a String object', { content: new String('page') }, 'page.content must be'],
    [
      'an unknown part',
      { body: '', content },
      'page has no property "body"; its properties are status, fields, content',
    ],
    [
      'a status that is no number',
      { status: 'not found', content },
      'page.status must be a final status from 200 to 999',
    ],
    ['an interim status', { status: 101, content }, 'not 101'],
    ['a status that is no integer', { status: 404.5, content }, 'not 404.5'],
    ['a status that is not a number', { status: NaN, content }, 'not NaN'],
    ['a status in hexadecimal', { status: '0x194', content }, 'not "0x194"'],
    ['a status in an array', { status: [404], content }, 'not an array'],
    ['a status of null', { status: null, content }, 'not null'],
    ['a status that is a bigint', { status: 404n, content }, 'not 404n'],
    ['fields: text', { fields: 'X-A: b', content }, 'page.fields must be an object of names and values'],
    ['fields: null', { fields: null, content }, 'an iterable of { name, value }, not null'],
    ['a value that is a number', { fields: { 'Retry-After': 5 }, content }, 'page.fields["Retry-After"] must be text'],
    ['a value that is a symbol', { fields: { A: Symbol('a') }, content }, 'not a symbol'],
    [
      'a value with an iterator',
      { fields: { A: new Set(['b']) }, content },
      'page.fields["A"] must be text or an array',
    ],
    ['a value in an array', { fields: { A: ['b', {}] }, content }, 'page.fields["A"][1] must be text, not an object'],
    ['fields in a Map', { fields: new Map([['A', 'b']]), content }, 'page.fields[0] must be an object { name, value }'],
    ['a listed name', { fields: [{ value: 'b' }], content }, 'page.fields[0].name must be text, not undefined'],
    [
      'a listed value',
      { fields: [{ name: 'A', value: true }], content },
      'page.fields[0].value must be text, not true',
    ],
  ])('%s', (_, page, message) => {
    const { exchange, response } = hold();
    const override = (): void => response.override(page as Page);
    expect(override).toThrow(TypeError);
    expect(override).toThrow(message);
    expect(exchange.isOverridden).toBe(false);
  });

  test('text that the message shows is cut short', () => {
    const { response } = hold();
    expect(() => response.override({ status: 'x'.repeat(1000), content })).toThrow(/not "x{60}…"$/);
  });

  test('a getter is read once, so that it cannot change its value after the check', () => {
    const values = ['b', 'b\r\nSet-Cookie: c'];
    const field = {
      name: 'X-A',
      get value() {
        return values.shift() ?? '';
      },
    };
    expect(overridden({ fields: [field], content: 'page' }).lines).toContain('X-A: b');
    expect(values).toHaveLength(1);
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
    exchange.sentHead(404);
    expect(() => response.override(PAGE)).toThrow('too late to override: the head of the response has already been');
    expect(exchange.isOverridden).toBe(false);
  });

  test('cannot be called after the exchange has ended without a head', () => {
    const { exchange, response } = hold();
    exchange.end('client-aborted', 2_000);
    expect(() => response.override(PAGE)).toThrow('too late');
  });
});
