import { kill } from 'node:process';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LiveUpdate } from '../../src/telemetry/live/messages';
import { runCompiled } from '../support/compiled';
import { startDashboard } from '../support/dashboard';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { startOtlpReceiver } from '../support/otlp-receiver';
import { Fleet, REQUESTS } from '../support/fleet';

let close: () => Promise<void>;

beforeEach(() => {
  close = () => Promise.resolve();
});
afterEach(() => close());

async function serve(env: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const fleet = await Fleet.start((_request, response) => response.end('ok'), env);
  close = () => fleet.close();
  await fleet.process.says('stdout', '"listening"');
  return fleet;
}

test('a worker that stands still is told of, and its last numbers stand for it', async () => {
  const fleet = await serve();
  await fleet.getAll(50, '/');
  expect(await fleet.sample(REQUESTS)).toBe(50);
  const [first = 0] = fleet.workers;
  kill(first, 'SIGSTOP');
  expect(await fleet.sample(REQUESTS)).toBe(50);
  await fleet.process.says('stdout', 'worker does not answer');
  kill(first, 'SIGCONT');
  expect(await fleet.sample('ambassador_workers_unanswered_total')).toBeGreaterThan(0);
  expect(await fleet.sample(REQUESTS)).toBe(50);
  await fleet.process.says('stdout', 'worker answers again');
});

test('the live page shows both workers as one', async () => {
  const fleet = await serve();
  const events = await fetch(`http://127.0.0.1:${fleet.adminPort}/events`);
  const updates = liveUpdates(events);
  await updates.next();
  await fleet.getAll(60, '/orders/1001');
  const points = [];
  const ids = [];
  for await (const { points: news, tail, totals, paths } of updates) {
    points.push(...news.map(({ requests }) => requests));
    ids.push(...tail.map(({ id }) => id));
    if (totals.requests < 60) continue;
    expect(paths).toMatchObject([{ method: 'GET', path: '/orders/:id', hits: 60 }]);
    break;
  }
  expect(points.reduce((total, one) => total + one, 0)).toBe(60);
  expect(ids).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
});

async function* liveUpdates({ body }: Response): AsyncGenerator<LiveUpdate> {
  if (body === null) return;
  let text = '';
  for await (const bytes of body.pipeThrough(new TextDecoderStream())) {
    const events = (text + bytes).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/m.exec(event) ?? [];
      if (name === 'update') yield JSON.parse(data) as LiveUpdate;
    }
  }
}

test('a collector gets the sum, the last of it on leaving', async () => {
  const receiver = await startOtlpReceiver();
  const fleet = await serve({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  await fleet.getAll(70, '/');
  fleet.process.signal('SIGTERM');
  expect((await fleet.process.ended).code).toBe(0);
  await receiver.close();
  expect(receiver.tries).toHaveLength(1);
  const terminations = receiver.metrics().get('ambassador.terminations');
  expect(terminations?.sum?.dataPoints.map(({ asDouble }) => asDouble)).toEqual([70]);
});

test('a dashboard gets every record once, and the resources from one process only', async () => {
  const dashboard = await startDashboard();
  const fleet = await serve({ TELEMETRY_URL: dashboard.url });
  await fleet.getAll(40, '/a');
  const startedAt = performance.now();
  const resources = (): number => dashboard.taken.filter(({ path }) => path === '/resources').length;
  const before = resources();
  await eventually(resources, (count) => count >= before + 3);
  expect(performance.now() - startedAt).toBeGreaterThan(1900);
  fleet.process.signal('SIGTERM');
  await fleet.process.ended;
  expect(dashboard.records()).toHaveLength(40);
  await dashboard.close();
});

test('one worker, the default, loads nothing of this', async () => {
  const env = { PORT: `${await freePort()}`, HOST: '127.0.0.1', ADMIN_PORT: 'off', LOG_LEVEL: 'silent' };
  const script = `load('main'); await told;
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => /dist.(workers|.*sum)/.test(file))));`;
  expect(await runCompiled(script, {}, env).finish()).toBe('[]\n');
});
