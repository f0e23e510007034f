import { describe, expect, it } from '@jest/globals';
import { runCompiled } from '../support/compiled';

/** Which packages a process of its own has loaded after running `script`. */
async function packagesLoadedBy(script: string): Promise<readonly string[]> {
  const printed = await runCompiled(
    `${script}
    const names = Object.keys(require.cache).map((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(names.filter(Boolean))].sort()));`,
    {},
  ).finish();
  return JSON.parse(printed) as readonly string[];
}

const CREATE_METRICS = `load('telemetry/metrics/metrics').createMetrics({
  version: '', process, connections: () => ({ open: 0, total: 0, refused: 0, evicted: 0, memory: { usedBytes: 0, limitBytes: 0 }, discardedBytes: 0 }), droppedLogLines: () => 0,
  pageReloads: () => ({ taken: 0, refused: 0 }),
})`;
const LOAD_EVERYTHING = `for (const name of ['push/push', 'metrics/otlp', 'access-log/access-log']) load('telemetry/' + name);
  for (const name of ['server', 'routes', 'target-health']) load('admin/' + name);`;
const OTEL_OPTIONS = `{ endpoint: 'http://127.0.0.1:9', version: '', families: async () => [], onChange: () => {} }`;
const TARGET = `{ host: '127.0.0.1', port: 9, path: '/' }`;

describe('what is not asked for', () => {
  it('is not loaded, by a scrape neither: no OpenTelemetry, no undici', async () => {
    const scrape = `${LOAD_EVERYTHING} await ${CREATE_METRICS}.prometheus();`;
    expect(await packagesLoadedBy(scrape)).toStrictEqual([]);
  });

  it('is loaded when it is asked for', async () => {
    const withOtel = await packagesLoadedBy(`await load('telemetry/metrics/otlp').startOtel(${OTEL_OPTIONS});`);
    expect(withOtel).toContain('@opentelemetry/sdk-metrics');
    const withCheck = await packagesLoadedBy(`await load('admin/target-health').createTargetCheck(${TARGET}).start();`);
    expect(withCheck).toStrictEqual(['undici']);
  });
});
