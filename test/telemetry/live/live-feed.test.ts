import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Exchange } from '../../../src/tunnel/exchange';
import { LiveFeed } from '../../../src/telemetry/live/live-feed';
import { type LiveUpdate } from '../../../src/telemetry/live/messages';
import { end, open, play, reader, refused } from '../../support/live-exchanges';

let live: LiveFeed;

beforeEach(() => {
  jest.useFakeTimers();
  live = new LiveFeed(reader);
});

afterEach(() => {
  live.close();
  jest.useRealTimers();
});

/** Watches, and returns what it will have been told. */
function watch(): { readonly told: LiveUpdate[]; readonly whole: LiveUpdate; readonly stop: () => void } {
  const told: LiveUpdate[] = [];
  const watching = live.watch((update) => told.push(update));
  return { told, whole: watching.whole(), stop: () => watching.stop() };
}

function second(count = 1): void {
  jest.advanceTimersByTime(1000 * count);
}

describe('while nobody watches', () => {
  test('no timer runs, and the totals are still true for the one who comes', () => {
    play(
      live,
      { target: '/a' },
      { target: '/b', targetStatus: 404, isOverridden: true },
      { target: '/c', status: 502 },
    );
    live.onRequest(open({ target: '/open' }));
    live.onEnd(refused('GET', '/bad'));
    expect(jest.getTimerCount()).toBe(0);
    const { whole } = watch();
    expect(whole.totals).toEqual({ requests: 4, overridden: 1, failed: 1, inFlight: 1 });
    expect(whole).toMatchObject({ points: [], paths: [], tail: [], skipped: 0, waiting: [] });
  });

  test('all is let go 15 seconds after the last has left, and not before: a page loaded again finds its charts', () => {
    const first = watch();
    play(live, { target: '/a' });
    second();
    first.stop();
    second(15);
    const again = watch();
    expect(again.whole.paths).toHaveLength(1);
    expect(again.whole.tail).toHaveLength(1);
    again.stop();
    second(16);
    expect(jest.getTimerCount()).toBe(0);
    expect(watch().whole).toMatchObject({ points: [], paths: [], tail: [], totals: { requests: 1 } });
  });
});

describe('a second', () => {
  test('tells what ended in it: requests, classes, overrides, failures, bytes', () => {
    const { told } = watch();
    play(
      live,
      { target: '/', bytesIn: 10, bytesOut: 100 },
      { target: '/old', targetStatus: 301 },
      { target: '/none', targetStatus: 404, isOverridden: true },
      { target: '/down', targetStatus: 0, status: 503, termination: 'target-refused' },
      { target: '/cut', targetStatus: 200, termination: 'target-truncated' },
      { target: '/left', targetStatus: 0, status: 0, termination: 'client-aborted' },
      { target: '/odd', targetStatus: 799 },
    );
    second();
    expect(told).toHaveLength(1);
    expect(told[0]?.points).toEqual([
      expect.objectContaining({ requests: 7, byClass: [2, 0, 2, 1, 1, 1], overridden: 1, failed: 2, inFlight: 0 }),
    ]);
    expect(told[0]?.points[0]).toMatchObject({ bytesIn: 610, bytesOut: 6100, spanMs: 1000 });
    expect(told[0]?.totals).toEqual({ requests: 7, overridden: 1, failed: 2, inFlight: 0 });
  });

  test('counts nothing twice', () => {
    const { told } = watch();
    play(live, { target: '/a' });
    second(2);
    expect(told.map(({ points }) => points[0]?.requests)).toEqual([1, 0]);
    expect(told.map(({ tail }) => tail.length)).toEqual([1, 0]);
    expect(told[1]?.points[0]?.latency).toEqual({ p50: null, p95: null, p99: null });
  });

  test('tells the time to the first byte of that second, and of the last minute', () => {
    const { told } = watch();
    play(live, { target: '/slow', firstByteMs: 800 });
    second(59);
    play(live, { target: '/fast', firstByteMs: 2 }, { target: '/fast', firstByteMs: 2 });
    second(1);
    const last = told.at(-1);
    expect(last?.points[0]?.latency.p99).toBeCloseTo(2, 1);
    expect(last?.lastMinute.p50).toBeCloseTo(2, 1);
    expect(last?.lastMinute.p99).toBeGreaterThan(785);
    second(60);
    expect(told.at(-1)?.lastMinute).toEqual({ p50: null, p95: null, p99: null });
  });

  test('is told to all who watch, and no longer to one who stopped', () => {
    const [one, two] = [watch(), watch()];
    second();
    one.stop();
    second();
    expect([one.told.length, two.told.length]).toEqual([1, 2]);
  });

  test('keeps probes that went well apart from the figures, and marks them in the tail', () => {
    const { told } = watch();
    play(live, { target: '/healthz', agent: 'kube-probe/1.31' }, { target: '/a' });
    second();
    expect(told[0]?.points[0]).toMatchObject({ requests: 1, probes: 1, byClass: [0, 0, 1, 0, 0, 0], bytesIn: 100 });
    expect(told[0]?.paths).toHaveLength(1);
    expect(told[0]?.tail.map(({ isProbe }) => isProbe)).toEqual([true, false]);
    expect(told[0]?.totals).toMatchObject({ requests: 1, overridden: 0, failed: 0 });
  });

  test('names a tunnel that is not HTTP in the tail, and counts it as no request', () => {
    const { told } = watch();
    const exchange = new Exchange(
      { clientAddress: '192.0.2.9', clientPort: 1 },
      { kind: 'opaque', protocol: 'tls' },
      1,
    );
    live.onEnd(end(exchange, { targetStatus: 0, status: 0, bytesOut: 9e9 }));
    second();
    expect(told[0]?.points[0]).toMatchObject({ requests: 0, bytesOut: 0 });
    expect(told[0]?.tail).toEqual([expect.objectContaining({ protocol: 'tls', client: '192.0.2.9', bytesOut: 9e9 })]);
    expect(told[0]?.totals.requests).toBe(0);
  });
});

describe('what is in flight', () => {
  test('is charted as its bytes flow, once each', () => {
    const { told } = watch();
    const exchange = open({ target: '/film' });
    live.onRequest(exchange);
    exchange.sent(500);
    second();
    exchange.sent(300);
    second();
    live.onEnd(end(exchange, { bytesIn: 100, bytesOut: 1000 }));
    second();
    expect(told.map(({ points }) => points[0]?.bytesOut)).toEqual([500, 300, 200]);
    expect(told.map(({ points }) => points[0]?.inFlight)).toEqual([1, 1, 0]);
  });

  test('began before the watch: its end is no spike of bytes', () => {
    const exchange = open({ target: '/film' });
    live.onRequest(exchange);
    const { told } = watch();
    live.onEnd(end(exchange, { bytesOut: 9e9 }));
    second();
    expect(told[0]?.points[0]).toMatchObject({ requests: 1, bytesOut: 0, inFlight: 0 });
  });

  test('is listed when it has waited for a second, the oldest first, five at most, without its query', () => {
    const { told } = watch();
    const exchanges = 'abcdef'.split('').map((name) => open({ target: `/${name}?secret` }));
    for (const exchange of exchanges) live.onRequest(exchange);
    second();
    expect(told[0]?.waiting.map(({ path }) => path)).toEqual(['/a', '/b', '/c', '/d', '/e']);
    for (const exchange of exchanges) live.onEnd(end(exchange));
    live.onRequest(open({ target: '/young' }, performance.now() + 500));
    second();
    expect(told[1]?.waiting).toEqual([]);
  });
});

describe('the tail', () => {
  test('has every exchange in full, but for the query', () => {
    const { told } = watch();
    play(live, {
      target: '/none?token=secret',
      targetStatus: 404,
      isOverridden: true,
      firstByteMs: 3,
      bytesIn: 7,
      bytesOut: 9,
    });
    second();
    expect(told[0]?.tail).toEqual([
      {
        id: 1,
        endedAtMs: Date.now() - 1000,
        client: '192.0.2.7',
        protocol: 'HTTP/1.1',
        method: 'GET',
        path: '/none',
        status: 404,
        targetStatus: 404,
        isOverridden: true,
        isProbe: false,
        isSwitched: false,
        firstByteMs: 3,
        durationMs: 3,
        bytesIn: 7,
        bytesOut: 9,
        termination: 'ok',
      },
    ]);
  });

  test('tells of a busy second the last 100, in order, and how many it left out', () => {
    const { told } = watch();
    play(live, ...Array.from({ length: 250 }, (_, i) => ({ target: `/${i + 1}` })));
    second();
    const ids = told[0]?.tail.map(({ id }) => id) ?? [];
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => i + 151));
    expect(told[0]?.skipped).toBe(150);
    play(live, { target: '/next' });
    second();
    expect(told[1]).toMatchObject({ tail: [{ id: 251 }], skipped: 0 });
    expect(watch().whole.tail.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => i + 152));
  });
});

test('five minutes of points are kept, and no more', () => {
  const { told } = watch();
  second(310);
  expect(told).toHaveLength(310);
  const { points } = watch().whole;
  expect(points).toHaveLength(300);
  expect(points.at(-1)).toBe(told.at(-1)?.points[0]);
});

test('a stranger who floods it with long and different paths makes it hold no more than its bounds', () => {
  const { told } = watch();
  for (let i = 0; i < 2000; i++) {
    play(live, { target: `/${'x'.repeat(8000)}${i}`, method: 'M'.repeat(64) }, { target: `/${i.toString(36)}` });
    if (i % 500 === 499) second();
  }
  const update = told.at(-1);
  expect(update?.paths).toHaveLength(200);
  expect(JSON.stringify(update).length).toBeLessThan(200 * 400 + 100 * 1000);
});
