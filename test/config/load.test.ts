import { describe, expect, test } from '@jest/globals';
import { type Environment, loadConfig } from '../../src/config/load';
import { type Problem } from '../../src/config/problem';
import { type Config } from '../../src/config/schema';

function config(env: Environment, own?: readonly string[]): Config {
  const loaded = loadConfig(env, own);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function problems(env: Environment, own?: readonly string[]): readonly Problem[] {
  const loaded = loadConfig(env, own);
  return loaded.ok ? [] : loaded.problems;
}

const named = (env: Environment, own?: readonly string[]): readonly string[] =>
  problems(env, own).map(({ variable }) => variable);

describe('what is not set', () => {
  test('takes its default', () => {
    expect(config({})).toMatchObject({
      port: 8080,
      targetPort: 8087,
      targetHost: '127.0.0.1',
      notFoundMode: 'auto',
      logLevel: 'info',
      logFormat: 'json',
      drainTimeoutMs: 25_000,
      headerTimeoutMs: 60_000,
      idleTimeoutMs: 650_000,
      connectTimeoutMs: 5_000,
      connectRetryWindowMs: 2_000,
      responseTimeoutMs: 0,
      halfCloseTimeoutMs: 300_000,
      discardTimeoutMs: 5_000,
      maxHeadBytes: 65_536,
      maxRequestLineBytes: 32_768,
      maxFields: 1_000,
      maxPipelined: 1,
      maxDiscardBytes: 1_048_576,
      maxConnections: 10_000,
      adminPort: 9901,
      adminLive: 'local',
      logSkipProbes: true,
      logQuery: false,
      trustForwarded: false,
      readinessTarget: false,
    });
  });

  test('is undefined where leaving it out has a meaning of its own', () => {
    const { host, notFoundPage, adminHost, telemetryUrl, otelExporterOtlpEndpoint } = config({});
    expect([host, notFoundPage, adminHost, telemetryUrl, otelExporterOtlpEndpoint]).toEqual(Array(5).fill(undefined));
  });

  test.each(['', ' ', '\n'])('an empty value (%j) counts as not set', (empty) => {
    expect(config({ PORT: empty, TARGET_PORT: empty, NOT_FOUND_PAGE: empty, LOG_LEVEL: empty })).toEqual(config({}));
  });
});

describe('names', () => {
  test('the lower-case names and MOTHERSHIP are read', () => {
    expect(config({ port: '1', target_port: '2', MOTHERSHIP: 'http://base/' })).toMatchObject({
      port: 1,
      targetPort: 2,
      telemetryUrl: 'http://base/',
    });
  });

  test('upper case wins where both are set', () => {
    expect(config({ PORT: '1', port: '3', TARGET_PORT: '2', target_port: '4' })).toMatchObject({
      port: 1,
      targetPort: 2,
    });
  });

  test('an empty upper-case variable does not hide the lower-case one', () => {
    expect(config({ PORT: '', port: '3' }).port).toBe(3);
  });

  test('a problem is told with the name that was written', () => {
    expect(named({ port: 'x' })).toEqual(['port']);
    expect(named({ PORT: 'x', port: '3' })).toEqual(['PORT']);
  });
});

describe('values', () => {
  test.each([
    ['25', 25_000],
    ['0', 0],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    [' 25s\n', 25_000],
  ])('DRAIN_TIMEOUT=%j is %d ms', (text, ms) => {
    expect(config({ DRAIN_TIMEOUT: text }).drainTimeoutMs).toBe(ms);
  });

  test.each([
    ['LOG_LEVEL', 'WARN', { logLevel: 'warn' }],
    ['LOG_QUERY', 'On', { logQuery: true }],
    ['LOG_SKIP_PROBES', 'off', { logSkipProbes: false }],
    ['ADMIN_PORT', 'OFF', { adminPort: 'off' }],
    ['HOST', '::1', { host: '::1' }],
    ['TARGET_HOST', 'legacy.example', { targetHost: 'legacy.example' }],
    ['PORT', '65535', { port: 65_535 }],
    ['NOT_FOUND_PAGE', '/pages/404.html', { notFoundPage: '/pages/404.html' }],
    ['MAX_DISCARD_BYTES', '0', { maxDiscardBytes: 0 }],
    ['READINESS_PATH', '/healthz?full=1', { readinessPath: '/healthz?full=1' }],
    ['ADMIN_LIVE', 'All', { adminLive: 'all' }],
    ['TELEMETRY_URL', 'https://me:pass%20word@fleet.test', { telemetryUrl: 'https://me:pass%20word@fleet.test/' }],
  ])('%s=%s is understood', (variable, text, expected) => {
    expect(config({ [variable]: text })).toMatchObject(expected);
  });

  test('the configuration cannot be changed later', () => {
    expect(Object.isFrozen(config({}))).toBe(true);
  });
});

describe('bad values', () => {
  test.each([
    ['PORT', '8080/tcp', 'write 8080'],
    ['PORT', '08080', 'write 8080'],
    ['PORT', 'tcp://10.0.0.1:8080', 'enableServiceLinks: false'],
    ['TARGET_PORT', 'tcp://10.0.0.1:8080', 'service link'],
    ['ADMIN_PORT', 'udp://10.0.0.1:53', 'service link'],
    ['PORT', '0', 'from 1 to 65535'],
    ['PORT', '65536', 'from 1 to 65535'],
    ['PORT', '-1', 'from 1 to 65535'],
    ['PORT', '80.5', 'from 1 to 65535'],
    ['PORT', '0x50', 'from 1 to 65535'],
    ['PORT', '1e3', 'from 1 to 65535'],
    ['PORT', '８０', 'from 1 to 65535'],
    ['ADMIN_PORT', 'none', 'write off'],
    ['HOST', '127.0.0.1:8080', 'without scheme and port'],
    ['HOST', '[::1]', 'without brackets'],
    ['HOST', '*', 'IP address'],
    ['TARGET_HOST', 'http://service', 'without scheme'],
    ['TARGET_HOST', '0.0.0.0', 'write 127.0.0.1'],
    ['TARGET_HOST', '::', 'write 127.0.0.1'],
    ['NOT_FOUND_MODE', 'on', 'auto, always, off'],
    ['NOT_FOUND_PAGE', 'a\0b', 'NUL'],
    ['LOG_LEVEL', 'verbose', 'debug, info, warn, error, silent'],
    ['LOG_FORMAT', 'text', 'json, pretty, combined'],
    ['LOG_QUERY', 'true', 'on, off'],
    ['LOG_QUERY', '1', 'on, off'],
    ['DRAIN_TIMEOUT', '5 min', '500ms, 25s, 2m, 1h'],
    ['DRAIN_TIMEOUT', '-1s', '500ms, 25s, 2m, 1h'],
    ['DRAIN_TIMEOUT', '2h', 'from 0s to 1h'],
    ['IDLE_TIMEOUT', '0', 'from 1s to 24h'],
    ['MAX_HEAD_BYTES', '64k', 'in digits only'],
    ['MAX_HEAD_BYTES', '100', 'from 1024'],
    ['MAX_CONNECTIONS', '0', 'from 1'],
    ['MAX_CONNECTIONS', '99999999999999999999', 'in digits only'],
    ['READINESS_PATH', 'healthz', 'begins with /'],
    ['READINESS_PATH', '/a b', 'no spaces'],
    ['ADMIN_LIVE', 'everyone', 'local, all'],
    ['NOT_FOUND_PAGE', 'http://pages.test', 'Write the path of a file'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317', 'absolute URL'],
  ])('%s=%j is refused, and the advice says: %s', (variable, value, advice) => {
    const found = problems({ MAX_REQUEST_LINE_BYTES: '1024', [variable]: value });
    expect(found).toEqual([{ variable, value, isDefault: false, advice: expect.stringContaining(advice) }]);
  });

  test.each([
    ['TELEMETRY_URL', 'collector:4318', '…', 'absolute URL'],
    ['TELEMETRY_URL', 'nonsense', '…', 'absolute URL'],
    ['TELEMETRY_URL', 'http://100%:x@fleet.test', 'http://fleet.test/…', 'Percent-encode'],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'http://me:x@collector.test',
      'http://collector.test/…',
      'OTEL_EXPORTER_OTLP_HEADERS',
    ],
  ])('%s=%j is refused, and only %j of it is shown', (variable, value, shown, advice) => {
    const expected = { variable, value: shown, isDefault: false, advice: expect.stringContaining(advice) };
    expect(problems({ [variable]: value })).toEqual([expected]);
  });

  test('all are told at once, those that need two variables too', () => {
    const found = named({
      PORT: '8080/tcp',
      TARGET_HOST: '0.0.0.0',
      DRAIN_TIMEOUT: 'soon',
      LOG_LEVEL: 'loud',
      MAX_HEAD_BYTES: '2048',
      MAX_REQUEST_LINE_BYTES: '4096',
    });
    expect(found.toSorted()).toEqual(
      ['DRAIN_TIMEOUT', 'LOG_LEVEL', 'MAX_REQUEST_LINE_BYTES', 'PORT', 'TARGET_HOST'].toSorted(),
    );
  });

  test('what is fine is handed on, so that others can add their problems', () => {
    expect(loadConfig({ PORT: 'x', NOT_FOUND_PAGE: '/404.html' })).toMatchObject({
      ok: false,
      known: { notFoundPage: '/404.html' },
    });
  });
});

describe('PORT and TARGET_PORT the same', () => {
  const same = { PORT: '9000', TARGET_PORT: '9000' };

  test.each([
    ['every address', {}],
    ['localhost', { TARGET_HOST: 'localhost' }],
    ['::1', { TARGET_HOST: '::1' }],
    ['another loopback address', { TARGET_HOST: '127.0.0.2' }],
    ['HOST itself', { HOST: '10.1.2.3', TARGET_HOST: '10.1.2.3' }],
    ['two names for loopback', { HOST: 'localhost', TARGET_HOST: '127.0.0.1' }],
    ["an address of the machine's own", { TARGET_HOST: '10.9.9.9' }],
  ])('is refused as a loop: %s', (_case, hosts) => {
    expect(problems({ ...same, ...hosts }, ['10.9.9.9'])).toEqual([
      expect.objectContaining({ variable: 'TARGET_PORT', advice: expect.stringContaining('loop') }),
    ]);
  });

  test.each([
    ['another machine', { TARGET_HOST: 'legacy.example' }],
    ['another loopback address', { HOST: '127.0.0.1', TARGET_HOST: '127.0.0.2' }],
    ['HOST is loopback and the target is not', { HOST: '127.0.0.1', TARGET_HOST: '10.9.9.9' }],
  ])('is fine on different hosts: %s', (_case, hosts) => {
    expect(problems({ ...same, ...hosts }, ['10.9.9.9'])).toEqual([]);
  });

  test('a default counts as much as what was set', () => {
    expect(problems({ TARGET_PORT: '8080' })).toEqual([
      expect.objectContaining({ variable: 'TARGET_PORT', value: '8080', isDefault: false }),
    ]);
    expect(problems({ PORT: '8087' })).toEqual([
      expect.objectContaining({ variable: 'TARGET_PORT', value: '8087', isDefault: true }),
    ]);
  });
});

describe('other variables that do not go together', () => {
  test.each([
    ['ADMIN_PORT', { ADMIN_PORT: '8080' }],
    ['ADMIN_PORT', { PORT: '9901' }],
    ['ADMIN_PORT', { TARGET_PORT: '9901' }],
    ['ADMIN_PORT', { PORT: '9901', HOST: '127.0.0.1' }],
    ['ADMIN_PORT', { PORT: '9901', HOST: '127.0.0.1', ADMIN_HOST: 'localhost' }],
    ['MAX_REQUEST_LINE_BYTES', { MAX_HEAD_BYTES: '8192' }],
    ['DRAIN_DELAY', { DRAIN_DELAY: '25s' }],
    ['DRAIN_DELAY', { DRAIN_DELAY: '5s', DRAIN_TIMEOUT: '0' }],
  ])('%s is named for %j', (variable, env) => {
    expect(named(env)).toEqual([variable]);
  });

  test.each([
    { PORT: '9901', ADMIN_PORT: 'off' },
    { PORT: '9901', HOST: '10.0.0.1', ADMIN_HOST: '127.0.0.1' },
    { TARGET_PORT: '9901', TARGET_HOST: 'legacy.example' },
    { MAX_HEAD_BYTES: '8192', MAX_REQUEST_LINE_BYTES: '8192' },
    { DRAIN_TIMEOUT: '0', DRAIN_DELAY: '0' },
  ])('%j is fine', (env) => {
    expect(named(env)).toEqual([]);
  });
});
