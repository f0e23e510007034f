import { describe, expect, test } from '@jest/globals';
import { type Override } from '../../src/http1/override';
import { overrideNotFound } from '../../src/middleware/override-not-found';
import { type NotFoundMode } from '../../src/pages/policy';
import { type Exchange } from '../../src/tunnel/exchange';
import { opened } from '../telemetry/exchange-of';
import { answered, asked, shown } from './answered';

const PAGE = Buffer.from('<h1>Hier ist nichts — ☹</h1>');
const BROWSER = 'Accept: text/html,*/*;q=0.8';
const NOT_FOUND = ['HTTP/1.1 404 Not Here', 'Content-Type: text/plain', 'Set-Cookie: a=1', 'ETag: "x"'];

/** The exchange after the stage has judged it. */
function judged(mode: NotFoundMode, exchange: Exchange, ...head: readonly string[]): Exchange {
  overrideNotFound(mode, PAGE).onResponse?.(answered(exchange, ...head));
  return exchange;
}

const overriding = (exchange: Exchange): Override => {
  if (exchange.overriding === undefined) throw new Error('the exchange was not overridden');
  return exchange.overriding;
};

describe('a 404 for a person', () => {
  test('keeps its status line and fields, and gets the page with what describes it', () => {
    expect(shown(judged('auto', asked(BROWSER), ...NOT_FOUND))).toEqual({
      lines: [
        'HTTP/1.1 404 Not Here',
        'Set-Cookie: a=1',
        'Content-Type: text/html; charset=utf-8',
        'Vary: Accept',
        'Date: Mon, 23 Nov 2026 01:13:00 GMT',
        `Content-Length: ${PAGE.length}`,
      ],
      content: PAGE,
    });
  });

  test.each<[string, NotFoundMode, string[], string[]]>([
    ['Accept, where HTML was named', 'auto', [BROWSER], ['Vary: Accept']],
    ['Sec-Fetch-Dest too, where a wildcard took it', 'auto', ['Accept: */*'], ['Vary: Accept, Sec-Fetch-Dest']],
    ['both, where nothing was said', 'auto', [], ['Vary: Accept, Sec-Fetch-Dest']],
    ['nothing, where nothing was asked', 'always', ['Accept: */*'], []],
  ])('varies by %s', (_, mode, fields, expected) => {
    const lines = shown(judged(mode, asked(...fields), ...NOT_FOUND))?.lines ?? ['it stayed'];
    expect(lines.filter((line) => /^vary|^it stayed/i.test(line))).toEqual(expected);
  });

  test('varies by what the target said besides', () => {
    const { lines } = shown(judged('auto', asked(BROWSER), ...NOT_FOUND, 'Vary: Cookie')) ?? { lines: [] };
    expect(lines.filter((line) => line.startsWith('Vary'))).toEqual(['Vary: Cookie', 'Vary: Accept']);
  });
});

describe('the response of the target stays', () => {
  const JSON_404 = ['HTTP/1.1 404 Not Found', 'Content-Type: application/json'];

  test.each<[string, NotFoundMode, string[], string[]]>([
    ['when its status is another', 'always', [BROWSER], ['HTTP/1.1 410 Gone']],
    ['when its status only looks like one', 'always', [BROWSER], ['HTTP/1.1 200 404']],
    ['when the mode is off', 'off', [BROWSER], NOT_FOUND],
    ['when a program asked, and it is data', 'auto', ['Accept: */*'], JSON_404],
    ['when HTML was refused', 'auto', ['Accept: text/html;q=0, */*'], NOT_FOUND],
    ['when HTML was refused on a line of its own', 'auto', ['Accept: */*', 'Accept: text/html;q=0'], NOT_FOUND],
    ['when a browser loads an image', 'auto', ['Accept: */*', 'Sec-Fetch-Dest: image'], NOT_FOUND],
    ['when the request is gRPC', 'always', ['Content-Type: application/grpc'], NOT_FOUND],
    ['when the response is gRPC', 'always', [BROWSER], [...NOT_FOUND, 'Grpc-Status: 12']],
    ['when the service asks for it', 'auto', [BROWSER], [...NOT_FOUND, 'X-Ambassador-Override: off']],
    ['when the service asks for it loudly', 'always', [BROWSER], [...NOT_FOUND, 'x-ambassador-override: OFF']],
  ])('%s', (_, mode, fields, head) => {
    expect(judged(mode, asked(...fields), ...head).isOverridden).toBe(false);
  });

  test('to OPTIONS', () => {
    const options = opened({ request: `OPTIONS / HTTP/1.1\r\nHost: a\r\n${BROWSER}\r\n\r\n` });
    expect(judged('always', options, ...NOT_FOUND).isOverridden).toBe(false);
  });
});

test('a service that asks for anything but "off" gets the page', () => {
  expect(judged('auto', asked(BROWSER), ...NOT_FOUND, 'X-Ambassador-Override: on').isOverridden).toBe(true);
});

describe('the page', () => {
  test('that is shown next takes the place of the one before, in every Vary that there was', () => {
    const stage = overrideNotFound('auto', PAGE);
    const next = Buffer.from('<h1>next</h1>');
    const page = (...fields: readonly string[]): string | undefined => {
      const exchange = answered(asked(...fields), ...NOT_FOUND);
      stage.onResponse?.(exchange);
      return shown(exchange)?.content.toString();
    };
    const before = [page(BROWSER), page()];
    stage.show(next);
    expect([...before, page(BROWSER), page()]).toEqual([String(PAGE), String(PAGE), String(next), String(next)]);
  });

  test('is rendered once for each Vary, and then used again', () => {
    const stage = overrideNotFound('auto', PAGE);
    const used = [asked(BROWSER), asked(), asked(BROWSER)].map((exchange) => {
      stage.onResponse?.(answered(exchange, ...NOT_FOUND));
      return overriding(exchange);
    });
    expect(used[2]).toBe(used[0]);
    expect(used[1]).not.toBe(used[0]);
  });
});
