import { expect, test } from '@jest/globals';
import { settings } from '../../src/config/schema';
import { variableHelp, variableTable } from '../../src/config/help';

const rows = variableTable().flatMap(({ rows }) => rows);

const CONTRACT =
  'PORT HOST TARGET_PORT TARGET_HOST NOT_FOUND_PAGE NOT_FOUND_MODE LOG_LEVEL LOG_FORMAT LOG_QUERY LOG_SKIP_PROBES ' +
  'TRUST_FORWARDED DRAIN_TIMEOUT DRAIN_DELAY HEADER_TIMEOUT IDLE_TIMEOUT CONNECT_TIMEOUT CONNECT_RETRY_WINDOW ' +
  'RESPONSE_TIMEOUT HALF_CLOSE_TIMEOUT DISCARD_TIMEOUT MAX_HEAD_BYTES MAX_REQUEST_LINE_BYTES MAX_FIELDS ' +
  'MAX_PIPELINED MAX_DISCARD_BYTES MAX_CONNECTIONS MAX_MEMORY PROGRESS_TIMEOUT REQUEST_TRAILERS WORKERS ADMIN_PORT ADMIN_HOST ADMIN_LIVE READINESS_TARGET READINESS_PATH ' +
  'TELEMETRY_URL OTEL_EXPORTER_OTLP_ENDPOINT';

test('every variable is in the table, once', () => {
  expect(rows.map(({ variable }) => variable).toSorted()).toEqual(CONTRACT.split(' ').toSorted());
  expect(rows).toHaveLength(Object.keys(settings.shape).length);
});

test.each(rows)('$variable says what it means and why it is so', ({ meaning, reason, accepts }) => {
  expect([meaning, reason].every((text) => /^[^a-z].*\.$/s.test(text))).toBe(true);
  expect(accepts).not.toBe('');
});

const camelCase = (variable: string): string =>
  variable.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

test('a property is named after its variable, and a time says that it is in milliseconds', () => {
  const expected = rows.map(
    ({ variable, accepts }) => camelCase(variable) + (/\d(?:ms|s)`–/.test(accepts) ? 'Ms' : ''),
  );
  expect(Object.keys(settings.shape)).toEqual(expected);
});

test('the help fits a terminal of 100 columns', () => {
  const longest = Math.max(
    ...variableHelp()
      .split('\n')
      .map(({ length }) => length),
  );
  expect(longest).toBeLessThanOrEqual(100);
});

test('the help names every variable', () => {
  for (const { variable } of rows) expect(variableHelp()).toContain(`\n  ${variable}`);
});
