import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { createAccessLog } from '../../../src/telemetry/access-log/access-log';
import { type Ended, exchangeOf } from '../../support/exchange-of';

const isInstalled = spawnSync('goaccess', ['--version']).status === 0;
const whenInstalled = isInstalled ? describe : describe.skip;

const EXCHANGES: readonly Ended[] = [
  { fields: ['User-Agent: curl/8.5.0', 'Referer: http://a.test/"quoted\\"\t\xe9'] },
  { targetStatus: 404, isOverridden: true, clientAddress: '2001:db8::1' },
  { targetStatus: 0, termination: 'client-aborted', responseContentBytes: 0 },
  { targetStatus: 0, termination: 'drained', responseContentBytes: 0 },
  { targetStatus: 0, sentStatus: 503, termination: 'target-refused' },
  { request: 'GET /gr\xc3\xbc\xc3\x9fe?secret HTTP/1.0\r\n\r\n', clientAddress: '::ffff:192.0.2.8' },
  { request: 'OPTIONS * HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n', targetStatus: 101, isSwitched: true },
  {
    start: { kind: 'refused', method: 'GE\0T', requestTarget: '/\n"' },
    sentStatus: 400,
    termination: 'rejected:bare-lf',
  },
  {
    start: { kind: 'refused', method: '', requestTarget: '' },
    sentStatus: 408,
    termination: 'rejected:header-timeout',
  },
  { start: { kind: 'opaque', protocol: 'tls' } },
];

interface Report {
  readonly general: {
    readonly total_requests: number;
    readonly failed_requests: number;
    readonly unique_visitors: number;
  };
  readonly requests: { readonly data: readonly { readonly data: string }[] };
  readonly not_found: { readonly data: readonly { readonly data: string }[] };
}

function report(log: string): Report {
  const options = ['--log-format=COMBINED', '--no-global-config', '--no-progress', '-o', 'json', '-'];
  const { stdout } = spawnSync('goaccess', options, { input: log, encoding: 'utf8' });
  return JSON.parse(stdout) as Report;
}

whenInstalled('GoAccess', () => {
  it('reads every line of the combined format, and sees in it what happened', () => {
    const lines: string[] = [];
    const log = createAccessLog({
      write: (line) => lines.push(line),
      format: 'combined',
      logsQuery: false,
      trustsForwarded: false,
      skipsProbes: true,
    });
    for (const ended of EXCHANGES) log(exchangeOf(ended));
    const { general, requests, not_found: notFound } = report(lines.join('\n'));
    expect(general).toMatchObject({ total_requests: 9, failed_requests: 0 });
    expect(requests.data.map(({ data }) => data)).toContain('/grüße');
    expect(notFound.data.map(({ data }) => data)).toStrictEqual(['/']);
  });
});
