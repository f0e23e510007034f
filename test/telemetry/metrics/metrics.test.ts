import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics, type MetricSources } from '../../../src/telemetry/metrics/metrics';
import { type Ended, end, exchangeOf, opened, respond } from '../../support/exchange-of';

const SOURCES: MetricSources = {
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
  droppedLogLines: () => 7,
  pageReloads: () => ({ taken: 3, refused: 1 }),
  push: () => ({ sent: 4, dropped: 5, failedAttempts: 6 }),
};

let metrics: Metrics;
beforeEach(() => {
  metrics = createMetrics(SOURCES);
});

function record(...all: readonly Ended[]): void {
  for (const ended of all) {
    const exchange = opened(ended);
    if (exchange.request !== undefined) metrics.onRequest();
    end(exchange, ended);
    if (exchange.response !== undefined) metrics.onResponse(exchange);
    metrics.onEnd(exchange);
  }
}

/** The samples whose name begins so, each a line without comments. */
async function samples(name: string): Promise<readonly string[]> {
  const text = await metrics.prometheus();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('docs/telemetry.md', () => {
  it('lists every metric', async () => {
    const documented = readFileSync(join(__dirname, '../../../docs/telemetry.md'), 'utf8');
    const names = (await samples('# TYPE')).map((line) => line.split(' ')[2] ?? '');
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('requests', () => {
  it('are counted by method, status, override and error, and by nothing else', async () => {
    record(
      { request: 'GET /a?b HTTP/1.1\r\nHost: one.test\r\nUser-Agent: x\r\n\r\n' },
      { request: 'GET /b HTTP/1.1\r\nHost: two.test\r\n\r\n', clientAddress: '192.0.2.9' },
      { request: 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n' },
      { targetStatus: 404, isOverridden: true },
      { targetStatus: 500 },
      { targetStatus: 0, sentStatus: 502, termination: 'target-reset' },
      { targetStatus: 0, termination: 'client-aborted' },
    );
    const labels = [
      'http_request_method="GET",http_response_status_code="200",overridden="false"} 2',
      'http_request_method="_OTHER",http_response_status_code="200",overridden="false"} 1',
      'http_request_method="GET",http_response_status_code="404",overridden="true"} 1',
      'http_request_method="GET",http_response_status_code="500",overridden="false",error_type="500"} 1',
      'http_request_method="GET",http_response_status_code="502",overridden="false",error_type="target-reset"} 1',
      'http_request_method="GET",overridden="false"} 1',
    ];
    for (const name of ['request_duration_seconds', 'request_body_size_bytes', 'response_body_size_bytes']) {
      const count = `http_server_${name}_count`;
      expect(await samples(count)).toStrictEqual(labels.map((label) => `${count}{${label}`));
    }
  });

  it('have their duration in the buckets of OpenTelemetry, each bound in its own bucket', async () => {
    record({ durationMs: 5 }, { durationMs: 5.1 }, { durationMs: 10_000 }, { durationMs: 10_001 });
    const buckets = await samples('http_server_request_duration_seconds_bucket');
    expect(buckets.map((line) => /le="([^"]+)".* (\d+)$/.exec(line)?.slice(1).join(' '))).toStrictEqual([
      ...['0.005 1', '0.01 2', '0.025 2', '0.05 2', '0.075 2', '0.1 2', '0.25 2', '0.5 2', '0.75 2', '1 2'],
      ...['2.5 2', '5 2', '7.5 2', '10 3', '+Inf 4'],
    ]);
    const [sum = ''] = await samples('http_server_request_duration_seconds_sum');
    expect(Number(sum.split(' ').at(-1))).toBeCloseTo(20.011_1, 9);
  });

  it('are in flight from their head to their end', async () => {
    const first = opened();
    metrics.onRequest();
    metrics.onRequest();
    expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 2']);
    metrics.onEnd(end(first));
    metrics.onEnd(exchangeOf({ start: { kind: 'refused', method: '', requestTarget: '' }, sentStatus: 400 }));
    expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 1']);
  });

  it('share one series when a target answers with more statuses than can be kept apart', async () => {
    record(...Array.from({ length: 500 }, (_, n) => ({ targetStatus: 200 + n })));
    const counts = await samples('http_server_request_duration_seconds_count');
    expect(counts).toHaveLength(101);
    expect(counts).toContain('http_server_request_duration_seconds_count{otel_metric_overflow="true"} 400');
  });
});

describe('statuses', () => {
  it('of the target are counted whatever was sent in their place', async () => {
    record({ targetStatus: 404, isOverridden: true }, { targetStatus: 500, sentStatus: 503, isOverridden: true });
    expect(await samples('ambassador_target_responses_total')).toStrictEqual([
      'ambassador_target_responses_total{http_response_status_code="404"} 1',
      'ambassador_target_responses_total{http_response_status_code="500"} 1',
    ]);
    expect(await samples('ambassador_overrides_total')).toStrictEqual(['ambassador_overrides_total 2']);
  });
});

describe('switched and opaque connections', () => {
  it('are no requests: a WebSocket that is open for an hour is not slow', async () => {
    const webSocket = opened();
    metrics.onRequest();
    respond(webSocket, 101);
    metrics.onResponse(webSocket);
    expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 0']);
    expect(await samples('ambassador_switched_open')).toStrictEqual(['ambassador_switched_open 1']);
    metrics.onEnd(end(webSocket, { targetStatus: 101, isSwitched: true, durationMs: 3_600_000, responseBytes: 99 }));
    record({ start: { kind: 'opaque', protocol: 'tls' }, durationMs: 500, requestBytes: 11 });
    expect(await samples('http_server_request_duration_seconds_count')).toStrictEqual([]);
    expect(await samples('ambassador_opaque_connections_total')).toStrictEqual([
      'ambassador_opaque_connections_total{carried="switched"} 1',
      'ambassador_opaque_connections_total{carried="h2"} 0',
      'ambassador_opaque_connections_total{carried="tls"} 1',
    ]);
    expect(await samples('ambassador_opaque_duration_seconds_total{carried="switched"}')).toStrictEqual([
      'ambassador_opaque_duration_seconds_total{carried="switched"} 3600',
    ]);
    expect(await samples('ambassador_sent_bytes_total{carried="switched"}')).toStrictEqual([
      'ambassador_sent_bytes_total{carried="switched"} 99',
    ]);
    expect(await samples('ambassador_received_bytes_total{carried="tls"}')).toStrictEqual([
      'ambassador_received_bytes_total{carried="tls"} 11',
    ]);
    expect(await samples('ambassador_switched_open')).toStrictEqual(['ambassador_switched_open 0']);
  });

  it('are told by the 2xx of a CONNECT, and not by another status', async () => {
    const connects = [200, 407].map((status) => {
      const exchange = opened({ request: 'CONNECT a.test:1 HTTP/1.1\r\nHost: a.test:1\r\n\r\n' });
      metrics.onRequest();
      respond(exchange, status);
      return exchange;
    });
    for (const exchange of connects) metrics.onResponse(exchange);
    expect(await samples('ambassador_switched_open')).toStrictEqual(['ambassador_switched_open 1']);
    expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 1']);
  });
});

it('counts probes apart from everything else', async () => {
  const fields = ['User-Agent: kube-probe/1.31'];
  record({ fields }, { fields }, { fields, targetStatus: 0, sentStatus: 503, termination: 'target-refused' });
  expect(await samples('ambassador_probes_total')).toStrictEqual([
    'ambassador_probes_total{http_response_status_code="200"} 2',
    'ambassador_probes_total{http_response_status_code="503"} 1',
  ]);
  expect(await samples('http_server_request_duration_seconds_count')).toStrictEqual([]);
  expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 0']);
  expect(await samples('ambassador_terminations_total')).toStrictEqual([
    'ambassador_terminations_total{termination="ok"} 0',
  ]);
});

it('counts how exchanges ended, each reason by its word', async () => {
  const start = { kind: 'refused', method: '', requestTarget: '' } as const;
  record({}, { termination: 'client-aborted' }, { start, sentStatus: 400, termination: 'rejected:bare-lf' });
  expect(await samples('ambassador_terminations_total')).toStrictEqual([
    'ambassador_terminations_total{termination="ok"} 1',
    'ambassador_terminations_total{termination="client-aborted"} 1',
    'ambassador_terminations_total{termination="rejected:bare-lf"} 1',
  ]);
});

it('tells how long connecting took only where there was something to connect', async () => {
  record({ connectMs: 0.3 }, { connectMs: 0 });
  expect(await samples('ambassador_target_connect_duration_seconds_count')).toStrictEqual([
    'ambassador_target_connect_duration_seconds_count 1',
  ]);
});

it('asks others for the numbers that they keep', async () => {
  expect(await samples('ambassador_connections')).toStrictEqual([
    'ambassador_connections_open 2',
    'ambassador_connections_total{result="accepted"} 4',
    'ambassador_connections_total{result="refused"} 1',
    'ambassador_connections_evicted_total 0',
  ]);
  expect(await samples('ambassador_log_dropped_lines_total')).toStrictEqual(['ambassador_log_dropped_lines_total 7']);
  expect(await samples('ambassador_page_reloads_total')).toStrictEqual([
    'ambassador_page_reloads_total{result="accepted"} 3',
    'ambassador_page_reloads_total{result="refused"} 1',
  ]);
  expect(await samples('ambassador_push_records_total')).toStrictEqual([
    'ambassador_push_records_total{result="sent"} 4',
    'ambassador_push_records_total{result="dropped"} 5',
  ]);
  expect(await samples('ambassador_push_failed_attempts_total')).toStrictEqual([
    'ambassador_push_failed_attempts_total 6',
  ]);
});

it('says what the process uses', async () => {
  const used = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'];
  for (const name of used) expect(await samples(name)).toStrictEqual([expect.stringMatching(/ [1-9][\d.]*$|0\.\d+$/)]);
  expect(await samples('ambassador_build_info')).toStrictEqual([
    `ambassador_build_info{version="1.2.3",node="${process.version}"} 1`,
  ]);
});

const promtoolIsInstalled = spawnSync('promtool', ['--version']).status === 0;

(promtoolIsInstalled ? describe : describe.skip)('promtool', () => {
  let text: string;
  beforeEach(async () => {
    record({}, { targetStatus: 404, isOverridden: true }, { fields: ['User-Agent: kube-probe/1'] }, { connectMs: 1 });
    text = await metrics.prometheus();
  });

  it('has nothing to say about names, help, units and duplicates', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toStrictEqual({ status: 0, stdout: '', stderr: '' });
  });
});
