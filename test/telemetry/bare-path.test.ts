import fc from 'fast-check';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createAccessLog } from '../../src/telemetry/access-log/access-log';
import { barePath } from '../../src/telemetry/bare-path';
import { LiveFeed } from '../../src/telemetry/live/live-feed';
import { pathOf } from '../../src/telemetry/live/path-pattern';
import { pushRecord } from '../../src/telemetry/push/record';
import { exchangeOf } from '../support/exchange-of';
import { open, play, reader } from '../support/live-exchanges';

const TARGET = '/shop;jsessionid=SECRET/cart.jsp;token=SECRET;v=1?key=SECRET#SECRET';
const REFERER = `https://shop.test${TARGET}`;

describe('a bare target', () => {
  test.each([
    ['/a/b', '/a/b'],
    ['/a?b=c?d', '/a'],
    ['/a;jsessionid=1', '/a'],
    ['/a;jsessionid=1/b;x=2;y=3/c', '/a/b/c'],
    ['/a;b?c;d', '/a'],
    ['/a?b;c=/d', '/a'],
    ['/a#b', '/a'],
    ['/a#b?c', '/a'],
    ['/;x', '/'],
    ['/;x/b', '//b'],
    ['/a%3Bb', '/a%3Bb'],
    ['*', '*'],
    ['', ''],
    ['example.test:443', 'example.test:443'],
    ['http://example.test/a;x=1?y', 'http://example.test/a'],
    ['http://me:secret@example.test/a', 'http://example.test/a'],
    ['http://me:a@b@example.test/', 'http://example.test/'],
    ['/@me', '/@me'],
    ['/go/http://me:x@a/', '/go/http://me:x@a/'],
  ])('of %j is %j', (target, bare) => {
    expect(barePath(target)).toBe(bare);
  });

  test('has no query, no fragment and no path parameter, whatever the target is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[ab/;?#=@:]*$/), (target) => {
        expect(barePath(target)).not.toMatch(/[?#;]/);
        expect(pathOf(target)).toBe(barePath(target));
        expect(barePath(barePath(target))).toBe(barePath(target));
      }),
    );
  });

  test('takes time in proportion to the length of the target', () => {
    const started = performance.now();
    for (const part of [';', ';a=', ';/', '@', '://', 'a://']) barePath(part.repeat(10_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a request whose path and referrer have parameters', () => {
  afterEach(() => void jest.useRealTimers());

  const exchange = exchangeOf({ request: `GET ${TARGET} HTTP/1.1\r\nHost: a\r\nReferer: ${REFERER}\r\n\r\n` });
  const refused = exchangeOf({ start: { kind: 'refused', method: 'GET', requestTarget: TARGET }, sentStatus: 400 });

  function linesOf(format: 'json' | 'combined' | 'pretty', logsQuery: boolean): string[] {
    const lines: string[] = [];
    const write = (line: string): number => lines.push(line);
    const log = createAccessLog({ write, format, logsQuery, trustsForwarded: false, skipsProbes: true });
    log(exchange);
    log(refused);
    return lines;
  }

  test.each(['json', 'combined', 'pretty'] as const)('is logged without them in %s format', (format) => {
    const lines = linesOf(format, false);
    expect(lines).toEqual([expect.stringContaining('/shop/cart.jsp'), expect.stringContaining('/shop/cart.jsp')]);
    expect(lines.join('\n')).not.toContain('SECRET');
    const whole = linesOf(format, true);
    expect(whole).toEqual([expect.stringContaining(TARGET), expect.stringContaining(TARGET)]);
  });

  test.each(['json', 'combined'] as const)(
    'has its referrer in %s format with them where LOG_QUERY is on',
    (format) => {
      expect(linesOf(format, false)[0]).toContain('"https://shop.test/shop/cart.jsp"');
      expect(linesOf(format, true)[0]).toContain(`"${REFERER}"`);
    },
  );

  test('is pushed without them, and counts as a file by the name before them', () => {
    expect(pushRecord(exchange, 0)).toMatchObject({ endpoint: '/shop/cart.jsp', file: true });
    expect(pushRecord(refused, 0)).toMatchObject({ endpoint: '/shop/cart.jsp' });
  });

  test('is one row of the top paths with its like, and bare in the tail and among those that wait', () => {
    jest.useFakeTimers();
    const live = new LiveFeed(reader);
    const watching = live.watch(() => undefined);
    play(live, { target: '/cart;jsessionid=SECRET1?a' }, { target: '/cart;jsessionid=SECRET2' }, { target: '/cart' });
    live.onRequest(open({ target: '/slow;jsessionid=SECRET3/report' }, performance.now() - 5000));
    jest.advanceTimersByTime(1000);
    const whole = watching.whole();
    live.close();
    expect(whole.paths).toMatchObject([{ path: '/cart', hits: 3 }]);
    expect(whole.tail.map(({ path }) => path)).toEqual(['/cart', '/cart', '/cart']);
    expect(whole.waiting).toMatchObject([{ path: '/slow/report' }]);
    expect(JSON.stringify(whole)).not.toContain('SECRET');
  });
});
