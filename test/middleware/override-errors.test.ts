import { describe, expect, test } from '@jest/globals';
import { type Override } from '../../src/http1/response-writer';
import { type OverrideErrors, overrideErrors } from '../../src/middleware/override-errors';
import { type NotFoundMode } from '../../src/pages/override-policy';
import { type Exchange } from '../../src/tunnel/exchange';
import { opened } from '../support/exchange-of';
import { answered, shown } from '../support/answered';

const PAGE = Buffer.from('<h1>Hier ist nichts — ☹</h1>');
const page = { content: PAGE, createPolicy: () => "default-src 'none'" };
const PAGES = { anywhere: page, atStart: { ...page, content: Buffer.from('<h1>start</h1>') } };
const BROWSER = 'Accept: text/html,*/*;q=0.8';
const NOT_FOUND = ['HTTP/1.1 404 Not Here', 'Content-Type: text/html', 'Set-Cookie: a=1', 'ETag: "x"'];
const POLICY = "Content-Security-Policy: default-src 'none'";

/** A GET of `target` with these fields. */
const askedFor = (target: string, ...fields: readonly string[]): Exchange =>
  opened({ request: [`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n') });
const asked = (...fields: readonly string[]): Exchange => askedFor('/missing', ...fields);

/** The exchange after the stage has judged it. */
function judged(mode: NotFoundMode, exchange: Exchange, ...head: readonly string[]): Exchange {
  overrideErrors(mode, PAGES).onResponse?.(answered(exchange, ...head));
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
        POLICY,
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
    ['when a program asked, and it is text', 'auto', ['Accept: */*'], ['HTTP/1.1 404 No', 'Content-Type: text/plain']],
    ['when a program asked, and it is of no type', 'auto', ['Accept: */*'], ['HTTP/1.1 404 No']],
    ['when a program named a type', 'auto', ['Accept: application/json, */*;q=0.5'], NOT_FOUND],
    ['when it named it on a line of its own', 'auto', ['Accept: */*', 'Accept: application/json'], NOT_FOUND],
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
  const pageFor = (stage: OverrideErrors, exchange: Exchange): ReturnType<typeof shown> => {
    stage.onResponse?.(answered(exchange, ...NOT_FOUND));
    return shown(exchange);
  };

  test.each([
    ['/', '<h1>start</h1>'],
    ['/?', '<h1>start</h1>'],
    ['/?utm_source=a/b', '<h1>start</h1>'],
    ['/a', String(PAGE)],
    ['/a/?b', String(PAGE)],
    ['//', String(PAGE)],
    ['/;jsessionid=1', String(PAGE)],
    ['/index.html', String(PAGE)],
  ])('for %s is the one for that address', (target, content) => {
    expect(String(pageFor(overrideErrors('auto', PAGES), askedFor(target, BROWSER))?.content)).toBe(content);
  });

  test("of the user's takes the place of the ones before at every address and in every Vary, without a policy", () => {
    const stage = overrideErrors('auto', PAGES);
    const next = Buffer.from('<h1>next</h1>');
    const exchanges = () => [asked(BROWSER), asked(), askedFor('/', BROWSER)];
    for (const exchange of exchanges()) expect(pageFor(stage, exchange)?.content).not.toEqual(next);
    stage.show(next);
    for (const exchange of exchanges()) {
      const { content, lines } = pageFor(stage, exchange) ?? { lines: [] };
      expect(content).toEqual(next);
      expect(lines).not.toContain(POLICY);
    }
  });

  test('is rendered once for each Vary and address, and then used again', () => {
    const stage = overrideErrors('auto', PAGES);
    const [first, other, start, again] = [asked(BROWSER), asked(), askedFor('/', BROWSER), asked(BROWSER)].map(
      (exchange) => {
        stage.onResponse?.(answered(exchange, ...NOT_FOUND));
        return overriding(exchange);
      },
    );
    expect(again).toBe(first);
    expect(new Set([first, other, start]).size).toBe(3);
  });
});
