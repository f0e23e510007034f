import { describe, expect, it } from '@jest/globals';
import { createAccessLog, type AccessLogOptions } from '../../../src/telemetry/access-log/access-log';
import { type Ended, exchangeOf } from '../../support/exchange-of';

const ENDED_AT = Date.parse('2026-11-05T12:00:00.250Z');

function linesOf(ended: readonly Ended[], options: Partial<AccessLogOptions> = {}): string[] {
  const lines: string[] = [];
  const log = createAccessLog({
    write: (line) => lines.push(line),
    format: 'json',
    logsQuery: false,
    trustsForwarded: false,
    skipsProbes: true,
    wallClock: () => ENDED_AT,
    ...options,
  });
  for (const one of ended) log(exchangeOf(one));
  return lines;
}

const recordOf = (ended: Ended, options?: Partial<AccessLogOptions>): Record<string, unknown> =>
  JSON.parse(linesOf([ended], options)[0] ?? '') as Record<string, unknown>;

/** Every octet that a field value may hold, and what a refused request may have sent besides. */
const EVERY_OCTET = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('');
const IN_A_VALUE = EVERY_OCTET.replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, '').trim();
const PRINTABLE_ASCII = /^[ -~]*$/;

describe('the JSON line of an exchange', () => {
  it('says all that the record knows, under stable names', () => {
    const line = recordOf({
      request: [
        'POST /orders?token=secret HTTP/1.1',
        'host: a',
        'USER-AGENT:  curl/8.5.0 ',
        'Referer: http://a/from',
        'X-Request-Id: req-1',
        'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        '',
        '',
      ].join('\r\n'),
      targetStatus: 404,
      isOverridden: true,
      requestBytes: 321,
      responseBytes: 1234,
      connectMs: 0.5,
      firstByteMs: 12.3456,
      durationMs: 50.25,
    });
    expect(line).toStrictEqual({
      level: 'info',
      time: '2026-11-05T12:00:00.199Z',
      message: 'exchange',
      client: '192.0.2.7',
      method: 'POST',
      path: '/orders',
      protocol: 'HTTP/1.1',
      status: 404,
      targetStatus: 404,
      overridden: true,
      bytesIn: 321,
      bytesOut: 1234,
      ttfbMs: 12.346,
      durationMs: 50.25,
      connectMs: 0.5,
      termination: 'ok',
      requestId: 'req-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      userAgent: 'curl/8.5.0',
      referer: 'http://a/from',
    });
  });

  it('leaves out what did not happen', () => {
    const line = recordOf({
      start: { kind: 'opaque', protocol: 'tls' },
      firstByteMs: -1000,
      termination: 'idle-timeout',
    });
    expect(Object.keys(line)).toStrictEqual([
      ...[
        'level',
        'time',
        'message',
        'client',
        'protocol',
        'overridden',
        'bytesIn',
        'bytesOut',
        'durationMs',
        'termination',
      ],
    ]);
  });

  it('has the query only when that was asked for', () => {
    const ended = { request: 'GET /a?b=c?d HTTP/1.0\r\n\r\n' };
    expect(recordOf(ended)['path']).toBe('/a');
    expect(recordOf(ended, { logsQuery: true })['path']).toBe('/a?b=c?d');
  });

  it('spells an IPv4 peer of a dual-stack socket as IPv4', () => {
    expect(recordOf({ clientAddress: '::ffff:192.0.2.9' })['client']).toBe('192.0.2.9');
    expect(recordOf({ clientAddress: '2001:db8::ffff:1' })['client']).toBe('2001:db8::ffff:1');
  });

  it('keeps a long value short', () => {
    const line = recordOf({ fields: [`User-Agent: ${'a'.repeat(20_000)}`] });
    expect(line['userAgent']).toBe(`${'a'.repeat(1024)}...`);
  });
});

describe.each(['json', 'pretty', 'combined'] as const)('a line in %s format', (format) => {
  it('is one line of printable ASCII, whatever the fields hold', () => {
    const fields = ['User-Agent', 'Referer', 'X-Request-Id'].map((name) => `${name}: ${IN_A_VALUE}`);
    const lines = linesOf([{ fields }], { format });
    expect(lines).toStrictEqual([expect.stringMatching(format === 'pretty' ? /^[ -~→]*$/ : PRINTABLE_ASCII)]);
  });

  it('is one line of printable ASCII, whatever a refused request had in its request line', () => {
    const start = { kind: 'refused', method: EVERY_OCTET, requestTarget: EVERY_OCTET } as const;
    const lines = linesOf([{ start, sentStatus: 400, termination: 'rejected:bad-request-line' }], { format });
    expect(lines).toStrictEqual([expect.stringMatching(PRINTABLE_ASCII)]);
  });
});

it('gives JSON back exactly what the client sent', () => {
  const line = recordOf({ fields: [`User-Agent: ${IN_A_VALUE}`] });
  expect(line['userAgent']).toBe(IN_A_VALUE);
});

it('percent-encodes the octets of a target that a URI may not hold', () => {
  const request = 'GET /gr\xc3\xbc\xc3\x9fe"\\<script> HTTP/1.0\r\n\r\n';
  expect(recordOf({ request })['path']).toBe('/gr%C3%BC%C3%9Fe%22%5C<script>');
});

describe('the line for a person', () => {
  it('is short, and shows both statuses where they differ', () => {
    const ended = {
      targetStatus: 500,
      sentStatus: 503,
      isOverridden: true,
      responseBytes: 1536,
      durationMs: 3,
    } as const;
    expect(linesOf([ended], { format: 'pretty' })).toStrictEqual([
      expect.stringMatching(/^\[\d\d:\d\d:00\.247\] GET \/ 500→503 overridden 1\.5 KiB 3\.000 ms 192\.0\.2\.7$/),
    ]);
  });

  it('has the status in colour where colours are seen', () => {
    const [line = ''] = linesOf([{ targetStatus: 404 }], { format: 'pretty', hasColours: true });
    expect(line).toContain(' GET / \x1b[33m404\x1b[39m 120 B ');
  });

  it('says how an exchange ended that did not end well', () => {
    const ended = { targetStatus: 0, termination: 'client-aborted', responseBytes: 0, durationMs: 3 } as const;
    expect(linesOf([ended], { format: 'pretty' })).toStrictEqual([
      expect.stringMatching(/ GET \/ - 0 B 3\.000 ms client-aborted 192\.0\.2\.7$/),
    ]);
  });
});

describe('probes', () => {
  const fields = ['User-Agent: kube-probe/1.30'];

  it('that went well get no line', () => {
    expect(linesOf([{ fields }, { fields, targetStatus: 302 }])).toStrictEqual([]);
  });

  it('that failed get one', () => {
    expect(linesOf([{ fields, targetStatus: 503 }])).toHaveLength(1);
    expect(linesOf([{ fields, targetStatus: 0, termination: 'client-aborted' }])).toHaveLength(1);
  });

  it('get one when they are not to be skipped', () => {
    expect(linesOf([{ fields }], { skipsProbes: false })).toHaveLength(1);
  });
});
