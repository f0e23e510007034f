import { describe, expect, test } from '@jest/globals';
import { createOverride } from '../../src/http1/response-writer';
import { type OpenExchange } from '../../src/tunnel/exchange';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { GET_A as GET, type Http, OK_TEXT as OK, at, http } from '../support/http-tunnel';

const PAGE = createOverride({ keepsFields: true, fields: [], content: Buffer.from('page') });
const GONE = 'HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\ngone';

/** A tunnel that shows a page for each 404. */
const overriding = (settings: Partial<TunnelSettings> = {}): Http =>
  http(settings, {
    onResponse(exchange: OpenExchange) {
      if (exchange.targetStatus === 404) exchange.override(PAGE);
    },
  });

describe('A page is sent at the response head.', () => {
  test('The exchange ends then, and the connection is reused after the rest of the content.', () => {
    const { tunnel, client, target, terminations } = overriding();
    client(GET);
    target(GONE);
    expect(tunnel.client.written.join('')).toMatch(/^HTTP\/1.1 404 .*page$/s);
    expect(terminations()).toEqual(['ok']);
    target('gone');
    expect(tunnel.parts.context.discarded.responseBytes).toBe(8);
    client(GET);
    target(OK);
    expect(terminations()).toEqual(['ok', 'ok']);
    expect(tunnel.calls).toEqual([]);
  });

  test('The page for HEAD has no content.', () => {
    const { tunnel, client, target } = overriding();
    client('HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n');
    target('HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\n');
    expect(tunnel.client.written.join('')).toMatch(/Content-Length: 4\r\n(.*\r\n)?\r\n$/s);
    expect(tunnel.ended).toMatchObject([{ responseContentBytes: 0, termination: 'ok' }]);
  });

  test('Content that is known to exceed the limit is not read.', () => {
    const { tunnel, client, target } = overriding({ maxDiscardBytes: 7 });
    client(GET);
    target(GONE);
    expect(tunnel.client.written.join('')).toContain('Connection: close');
    expect(tunnel.calls).toEqual(['destroy target', 'close gracefully, expecting response']);
  });

  test('Chunked content is read up to the limit.', () => {
    const { tunnel, client, target } = overriding({ maxDiscardBytes: 20 });
    client(GET);
    target('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n');
    expect(tunnel.calls).toEqual([]);
    target('a\r\n0123456789\r\n');
    expect(tunnel.calls).toEqual(['destroy target', 'close gracefully, expecting response']);
  });

  test('Content that does not end is read until the timeout.', () => {
    const here = overriding({ discardTimeoutMs: 100 });
    here.client(GET);
    here.target(GONE);
    at(here, 1_100);
    here.mode.checkTimeouts(1_100);
    expect(here.tunnel.calls).toEqual(['destroy target', 'close gracefully, expecting response']);
    expect(here.terminations()).toEqual(['ok']);
  });

  test('A target that fails while its content is discarded does not change the record.', () => {
    const { tunnel, mode, client, target, terminations } = overriding();
    client(GET);
    target(GONE);
    mode.targetFailed('target-reset');
    expect(terminations()).toEqual(['ok']);
    expect(tunnel.calls).toEqual(['destroy target', 'close gracefully, expecting response']);
  });

  test('The exchange of an upload lasts until its request has arrived.', () => {
    const { client, target, terminations } = overriding();
    client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    target(GONE);
    expect(terminations()).toEqual([]);
    client('cd');
    expect(terminations()).toEqual(['ok']);
  });
});

describe('A response is repaired or refused as a whole.', () => {
  test('A switch that was not requested is a 502.', () => {
    const { tunnel, client, target } = http();
    client(GET);
    target('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    expect(tunnel.client.written.join('')).toMatch(/^HTTP\/1.1 502 /);
    expect(tunnel.ended).toMatchObject([
      { termination: 'target-malformed', violation: { rule: 'unrequested-switch' } },
    ]);
  });

  test('Empty lines before the head are dropped, interim responses pass, and padded chunk sizes are repaired.', () => {
    const { tunnel, client, target, terminations } = http();
    client(GET);
    target(
      '\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n0\r\n\r\n',
    );
    expect(tunnel.client.written.join('')).toBe(
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    );
    expect(terminations()).toEqual(['ok']);
  });

  test('Bytes after an early response are counted, and beyond the limit the target is closed.', () => {
    const { tunnel, client, target } = http({ maxDiscardBytes: 3 });
    client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    target(OK);
    target('more');
    expect(tunnel.parts.context.discarded.responseBytes).toBe(4);
    expect(tunnel.calls).toEqual(['end client', 'destroy target']);
  });
});
