import { describe, expect, test } from '@jest/globals';
import { createOverride } from '../../src/http1/response-writer';
import { Exchange, type ExchangeStart } from '../../src/tunnel/exchange';
import { opened, respond } from '../support/exchange-of';

const CLIENT = { clientAddress: '192.0.2.1', clientPort: 4711 };
const PAGE = createOverride({ keepsFields: true, fields: [], content: Buffer.from('page') });

const startedBy = (start: ExchangeStart): Exchange => new Exchange(CLIENT, start, 1_000);

describe('An exchange knows how it started.', () => {
  test.each([
    [opened({ request: 'PUT /a?b HTTP/1.1\r\nHost: a\r\n\r\n' }), ['PUT', '/a?b', 'HTTP/1.1']],
    [opened({ request: 'GET / HTTP/1.0\r\n\r\n' }), ['GET', '/', 'HTTP/1.0']],
    [startedBy({ kind: 'opaque', protocol: 'h2' }), ['', '', 'h2']],
    [startedBy({ kind: 'refused', method: 'GET', requestTarget: '/x' }), ['GET', '/x', 'unknown']],
  ])('The method, the request target and the protocol are those of its start (%#).', (exchange, expected) => {
    expect([exchange.method, exchange.requestTarget, exchange.protocol]).toEqual(expected);
    expect(exchange.request === undefined).toBe(exchange.start.kind !== 'request');
  });
});

describe('An exchange ends exactly once.', () => {
  test('A second end is an error, and changes nothing.', () => {
    const exchange = opened();
    exchange.end('ok', 2_000);
    expect(() => exchange.end('client-aborted', 3_000)).toThrow('the exchange has already ended: ok');
    expect([exchange.termination, exchange.endedAtMs]).toEqual(['ok', 2_000]);
  });
});

describe('An exchange counts what the tunnel reports.', () => {
  test('Bytes, content, trailers and times add up.', () => {
    const exchange = opened();
    exchange.connected(5);
    exchange.received(10);
    exchange.received(2);
    exchange.requestContent(Buffer.from('abcd'), 1, 3);
    exchange.trailerDiscarded();
    respond(exchange, 200);
    exchange.sentHead(200);
    exchange.sent(7);
    exchange.sent(3, 1);
    exchange.responseContent(Buffer.from('ok'), 0, 2);
    exchange.violates('bad-chunk', 'zz');
    exchange.switched();
    expect({ ...counts(exchange) }).toEqual({ in: [12, 2], out: [10, 3], trailers: 1, connect: 5 });
    expect([exchange.targetStatus, exchange.sentStatus, exchange.isSwitched]).toEqual([200, 200, true]);
    expect(exchange.violation).toEqual({ rule: 'bad-chunk', line: 'zz' });
  });

  test('An authored head has its first byte when it is written.', () => {
    const exchange = opened();
    exchange.sentHead(503, 1_234);
    expect([exchange.firstByteAtMs, exchange.targetStatus]).toEqual([1_234, 0]);
  });
});

const counts = (exchange: Exchange): object => ({
  in: [exchange.requestBytes, exchange.requestContentBytes],
  out: [exchange.responseBytes, exchange.responseContentBytes],
  trailers: exchange.discardedTrailers,
  connect: exchange.connectMs,
});

describe('Listeners receive content.', () => {
  test('Every listener of a side receives each piece, in the order in which the listeners were added.', () => {
    const heard: string[] = [];
    const exchange = opened();
    for (const name of ['a', 'b', 'c']) {
      exchange.listenToRequest((content) => heard.push(`${name} ${String(content)}`));
      exchange.listenToResponse((content) => heard.push(`${name} ${String(content)}`));
    }
    exchange.requestContent(Buffer.from('xyz'), 1, 2);
    exchange.responseContent(Buffer.from('xyz'), 2, 3);
    expect(heard).toEqual(['a y', 'b y', 'c y', 'a z', 'b z', 'c z']);
  });
});

describe('An override is decided once, before the response head is sent.', () => {
  test('It is the response of the exchange.', () => {
    const exchange = opened();
    expect(exchange.isOverridden).toBe(false);
    exchange.override(PAGE);
    expect([exchange.isOverridden, exchange.overriding]).toEqual([true, PAGE]);
    expect(() => exchange.override(PAGE)).toThrow('already overridden');
  });

  test.each([
    ['the head was sent', (exchange: Exchange): void => exchange.sentHead(200)],
    ['the exchange ended', (exchange: Exchange): void => exchange.end('client-aborted', 2_000)],
  ])('It is too late after %s.', (_name, event) => {
    const exchange = opened();
    event(exchange);
    expect(() => exchange.override(PAGE)).toThrow('too late to override');
  });
});
