import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics/metrics';
import { type Compiled, runCompiled } from '../../support/compiled';
import { type OtlpReceiver, pointsOf, startOtlpReceiver } from '../../support/otlp-receiver';
import { exchangeOf } from '../../support/exchange-of';

/** In a process of its own: OpenTelemetry's packages load parts of themselves in a way that jest forbids. */
const SCRIPT = `
  const otel = await load('telemetry/metrics/otlp').startOtel({
    ...input,
    version: '1.2.3',
    families: async () => input.families,
    onChange: (problem) => console.log(problem ?? 'well again'),
  });
  await told;
  const started = performance.now();
  await otel.close(input.closeMs);
  console.log(performance.now() - started < 2000 ? 'left in time' : 'left late');
`;

const NEVER_MS = 600_000;

let receiver: OtlpReceiver;
let metrics: Metrics;
let sender: Compiled;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  metrics = createMetrics({
    version: '1.2.3',
    process,
    connections: () => ({
      open: 2,
      total: 5,
      refused: 1,
      evicted: 0,
      memory: { usedBytes: 0, limitBytes: 0 },
      discardedBytes: 0,
    }),
    droppedLogLines: () => 0,
    pageReloads: () => ({ taken: 0, refused: 0 }),
  });
});
afterEach(async () => {
  await sender.finish();
  await receiver.close();
});

async function start(options: { intervalMs?: number; closeMs?: number } = {}, env = {}): Promise<void> {
  const families = await metrics.families();
  const input = { endpoint: receiver.endpoint, intervalMs: 100, closeMs: 5_000, families, ...options };
  sender = runCompiled(SCRIPT, input, env);
}

describe('metrics by OTLP', () => {
  it('are the numbers that Prometheus gets, with names, units and buckets of OpenTelemetry', async () => {
    metrics.onRequest();
    for (const durationMs of [4, 5, 30]) {
      const exchange = exchangeOf({ targetStatus: 404, isOverridden: true, durationMs });
      metrics.onRequest();
      metrics.onEnd(exchange);
    }
    await start();
    await receiver.until(({ metrics: received }) => received().size > 0);
    const duration = receiver.metrics().get('http.server.request.duration');
    expect(duration).toMatchObject({ unit: 's' });
    expect(duration === undefined ? [] : pointsOf(duration)).toMatchObject([
      {
        plain: { 'http.request.method': 'GET', 'http.response.status_code': 404, overridden: true },
        count: 3,
        explicitBounds: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        bucketCounts: [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
    ]);
    expect(receiver.metrics().get('http.server.active_requests')).toMatchObject({
      unit: '{request}',
      sum: { isMonotonic: false, dataPoints: [{ asDouble: 1 }] },
    });
    expect(receiver.metrics().get('ambassador.overrides')).toMatchObject({
      sum: { isMonotonic: true, dataPoints: [{ asDouble: 3 }] },
    });
    expect(receiver.metrics().get('ambassador.build')).toMatchObject({ gauge: { dataPoints: [{ asDouble: 1 }] } });
    expect(receiver.tries[0]).toBe('POST /v1/metrics');
  });

  it('say where they come from, as the environment has it', async () => {
    await start({}, { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'k8s.namespace.name=prod,team=a%20team' });
    await receiver.until(({ metrics: received }) => received().size > 0);
    expect(receiver.resource()).toMatchObject({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'service.instance.id': hostname(),
      'k8s.namespace.name': 'prod',
      team: 'a team',
    });
  });

  it('come from `ambassador` where the environment says nothing', async () => {
    await start();
    await receiver.until(({ metrics: received }) => received().size > 0);
    expect(receiver.resource()).toMatchObject({ 'service.name': 'ambassador' });
  });

  it('go out once more when we leave', async () => {
    metrics.onEnd(exchangeOf());
    await start({ intervalMs: NEVER_MS });
    expect(await sender.finish()).toBe('left in time\n');
    expect(receiver.metrics().get('ambassador.terminations')).toMatchObject({ sum: { dataPoints: [{ asDouble: 1 }] } });
  });

  it('that cannot be sent are reported once, and once more when they can', async () => {
    receiver.status = 400;
    await start();
    await receiver.until(({ tries }) => tries.length >= 3);
    receiver.status = 200;
    await receiver.until(({ metrics: received }) => received().size > 0);
    const said = (await sender.finish()).split('\n');
    expect(said).toStrictEqual(['the collector responded with 400', 'well again', 'left in time', '']);
  });

  it('do not keep us when nobody takes them', async () => {
    await receiver.close();
    await start({ intervalMs: NEVER_MS, closeMs: 50 });
    expect(await sender.finish()).toMatch(/left in time\n$/);
  });
});
