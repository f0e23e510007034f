import { cpus } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requestFieldsOf } from '../../../src/telemetry/request-fields';
import { type Push, type PushOptions, startPush } from '../../../src/telemetry/push/push';
import { MAX_WAITING } from '../../../src/telemetry/push/queue';
import { type Dashboard, startDashboard } from '../../support/dashboard';
import { eventually } from '../../support/eventually';
import { type Ended, exchangeOf } from '../../support/exchange-of';

/** So long that in a test it never comes of itself. */
const NEVER_MS = 600_000;
/** What Express's JSON middleware takes if it is told nothing else. */
const COMMON_BODY_LIMIT = 100 * 1024;

let dashboard: Dashboard;
let push: Push;
let problems: (readonly [path: string, problem: string | undefined])[];

beforeEach(async () => {
  dashboard = await startDashboard();
  problems = [];
});
afterEach(async () => {
  await push.close(0);
  await dashboard.close();
});

async function start(options: Partial<PushOptions> = {}): Promise<void> {
  push = await startPush({
    url: dashboard.url,
    process,
    pod: 'pod-1',
    statsIntervalMs: 20,
    resourcesIntervalMs: NEVER_MS,
    onChange: (path, problem) => problems.push([path, problem]),
    ...options,
  });
}

function record(...all: readonly Ended[]): void {
  for (const ended of all) {
    const exchange = exchangeOf(ended);
    push.onEnd(exchange, requestFieldsOf(exchange));
  }
}

const numbered = (count: number, from = 0): readonly Ended[] =>
  Array.from({ length: count }, (_, n) => ({ request: `GET /${from + n} HTTP/1.1\r\nHost: a\r\n\r\n` }));

describe('the records of exchanges', () => {
  it('have the names and types of the dashboard, and no query', async () => {
    await start();
    record({
      request: 'GET /images/logo.png?token=secret HTTP/1.1\r\nHost: a\r\n\r\n',
      targetStatus: 404,
      durationMs: 12.3456,
    });
    await dashboard.until(({ taken }) => taken.length === 1);
    expect(dashboard.taken).toMatchObject([{ path: '/stats', fields: { 'content-type': 'application/json' } }]);
    expect(dashboard.taken[0]?.body).toStrictEqual({
      pod: 'pod-1',
      stats: [
        {
          endpoint: '/images/logo.png',
          method: 'GET',
          response: { status: '404', message: 'Reason' },
          time: 12.346,
          started: expect.any(Number),
          file: true,
        },
      ],
    });
  });

  it('say when the exchange began', async () => {
    await start();
    const before = Date.now();
    record({ durationMs: 1000 });
    const [{ body } = { body: undefined }] = (await dashboard.until(({ taken }) => taken.length === 1)).taken;
    const [{ started } = { started: NaN }] = (body as { stats: { started: number }[] }).stats;
    expect(started).toBeGreaterThanOrEqual(before - 1000);
    expect(started).toBeLessThanOrEqual(Date.now() - 1000);
  });

  it('tell files from other paths by their extension', async () => {
    await start();
    const paths = ['/a.css', '/a.b/c', '/v1.2/', '/', '/a.HTML?b', '/a?b.css'];
    record(...paths.map((path) => ({ request: `GET ${path} HTTP/1.0\r\n\r\n` })));
    await dashboard.until(({ records }) => records().length === paths.length);
    expect(dashboard.records()).toMatchObject([true, false, false, false, true, false].map((file) => ({ file })));
  });

  it('say in their message how it ended when it was not the target that answered', async () => {
    await start();
    record({ targetStatus: 0, sentStatus: 503, termination: 'target-refused' });
    await dashboard.until(({ taken }) => taken.length === 1);
    expect(dashboard.records()).toMatchObject([{ response: { status: '503', message: 'target-refused' } }]);
  });

  it('leave out probes, opaque connections, and requests that got no answer', async () => {
    await start();
    record(
      { fields: ['User-Agent: kube-probe/1.31'] },
      { start: { kind: 'opaque', protocol: 'tls' } },
      { targetStatus: 0, termination: 'client-aborted' },
      { request: 'GET /last HTTP/1.0\r\n\r\n' },
    );
    await dashboard.until(({ taken }) => taken.length === 1);
    expect(dashboard.records()).toMatchObject([{ endpoint: '/last' }]);
  });

  it('go below the path of the address, with the name and password that it has', async () => {
    await start({ url: `${dashboard.url.replace('//', '//me:pass%20word@')}/fleet/` });
    record({});
    await dashboard.until(({ taken }) => taken.length === 1);
    const authorization = `Basic ${Buffer.from('me:pass word').toString('base64')}`;
    expect(dashboard.taken).toMatchObject([{ path: '/fleet/stats', fields: { authorization } }]);
  });
});

describe('while the dashboard is up', () => {
  it('nothing is lost and nothing told twice, in posts that common middleware takes', async () => {
    await start();
    const count = 5_000;
    record(...numbered(count));
    await dashboard.until(({ records }) => records().length >= count);
    expect(dashboard.records().map(({ endpoint }) => endpoint)).toStrictEqual(
      Array.from({ length: count }, (_, n) => `/${n}`),
    );
    expect(Math.max(...dashboard.taken.map(({ length }) => length))).toBeLessThan(COMMON_BODY_LIMIT);
    await eventually(push.counts, ({ sent }) => sent === count);
    expect(push.counts()).toStrictEqual({ sent: count, dropped: 0, failedAttempts: 0 });
  });

  it('many records do not wait for the interval', async () => {
    await start({ statsIntervalMs: NEVER_MS });
    record(...numbered(2_000));
    await dashboard.until(({ records }) => records().length === 2_000);
    expect(dashboard.records()[0]).toMatchObject({ endpoint: '/0' });
  });

  it('long targets go in posts of their own rather than in one that is too large', async () => {
    await start();
    record(...Array.from({ length: 60 }, () => ({ request: `GET /${'a'.repeat(9_000)} HTTP/1.0\r\n\r\n` })));
    await dashboard.until(({ records }) => records().length === 60);
    expect(Math.max(...dashboard.taken.map(({ length }) => length))).toBeLessThan(COMMON_BODY_LIMIT);
  });

  it('nothing is posted when there is nothing', async () => {
    await start({ statsIntervalMs: 1 });
    record({});
    await dashboard.until(({ taken }) => taken.length === 1);
    record({});
    await dashboard.until(({ taken }) => taken.length === 2);
    expect(dashboard.tries).toBe(2);
  });
});

describe('while the dashboard is down', () => {
  it('nothing grows beyond its bound, and what is dropped is counted', async () => {
    dashboard.mood = 500;
    await start();
    record(...numbered(MAX_WAITING + 123));
    await dashboard.until(({ tries }) => tries > 0);
    expect(push.counts()).toMatchObject({ sent: 0, dropped: 123 });
  });

  it('what was kept arrives once it is up, and the change is reported each time', async () => {
    dashboard.mood = 503;
    await start();
    record(...numbered(500));
    await dashboard.until(({ tries }) => tries === 1);
    record(...numbered(500, 500));
    dashboard.mood = 'up';
    await dashboard.until(({ records }) => records().length === 1000);
    expect(new Set(dashboard.records().map(({ endpoint }) => endpoint)).size).toBe(1000);
    await eventually(push.counts, ({ sent }) => sent === 1000);
    expect(push.counts()).toStrictEqual({ sent: 1000, dropped: 0, failedAttempts: 1 });
    expect(problems).toStrictEqual([
      ['/stats', 'the server responded with 503'],
      ['/stats', undefined],
    ]);
  });

  it('a dashboard that reads and never answers is given up on, and asked again', async () => {
    dashboard.mood = 'silent';
    await start({ timeoutMs: 50 });
    record({});
    await dashboard.until(({ tries }) => tries === 1);
    dashboard.mood = 'up';
    await dashboard.until(({ records }) => records().length === 1);
    expect(problems[0]).toStrictEqual(['/stats', expect.stringContaining('timeout')]);
  });

  it('one that is not there is reported as such', async () => {
    const { url } = dashboard;
    await dashboard.close();
    await start({ url, resourcesIntervalMs: 1 });
    record({});
    await eventually(
      () => problems,
      ({ length }) => length === 2,
    );
    expect(new Set(problems.map(([path]) => path))).toStrictEqual(new Set(['/stats', '/resources']));
    expect(problems.map(([, problem]) => problem)).toStrictEqual([
      expect.stringContaining('ECONNREFUSED'),
      expect.stringContaining('ECONNREFUSED'),
    ]);
  });
});

describe('leaving', () => {
  it('sends what waits', async () => {
    await start({ statsIntervalMs: NEVER_MS });
    record(...numbered(1_000));
    await push.close(5_000);
    expect(dashboard.records()).toHaveLength(1_000);
    expect(push.counts()).toStrictEqual({ sent: 1_000, dropped: 0, failedAttempts: 0 });
  });

  it('does not wait longer than told for a dashboard that hangs, and counts what it could not tell', async () => {
    dashboard.mood = 'silent';
    await start({ statsIntervalMs: NEVER_MS });
    record({});
    const started = performance.now();
    await push.close(50);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(push.counts()).toMatchObject({ sent: 0, dropped: 1 });
  });

  it('does not try twice', async () => {
    dashboard.mood = 500;
    await start({ statsIntervalMs: NEVER_MS });
    record({});
    await push.close(5_000);
    expect(dashboard.tries).toBe(1);
    expect(push.counts()).toStrictEqual({ sent: 0, dropped: 1, failedAttempts: 1 });
  });
});

describe('the resources of the container', () => {
  it('are posted again and again', async () => {
    await start({ resourcesIntervalMs: 5 });
    await dashboard.until(({ taken }) => taken.length >= 3);
    expect(dashboard.taken[0]).toMatchObject({
      path: '/resources',
      body: {
        pod: 'pod-1',
        resource: { free_memory: expect.any(Number), total_memory: expect.any(Number), cpus: expect.any(Array) },
      },
    });
    const { resource } = dashboard.taken[0]?.body as { resource: { cpus: object[] } };
    expect(Object.keys(resource.cpus[0] ?? {}).sort()).toStrictEqual(Object.keys(cpus()[0] ?? {}).sort());
  });

  it('are not kept for later', async () => {
    dashboard.mood = 500;
    await start({ resourcesIntervalMs: 1 });
    await dashboard.until(({ tries }) => tries === 1);
    dashboard.mood = 'up';
    await eventually(
      () => problems,
      ({ length }) => length === 2,
    );
    expect(problems).toStrictEqual([
      ['/resources', 'the server responded with 500'],
      ['/resources', undefined],
    ]);
  });
});
