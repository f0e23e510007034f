import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RequestFault, type ResponseFault } from '../../../src/http1/fault';
import { DEFAULT_HEAD_LIMITS } from '../../../src/http1/limits';
import { createAccessLog } from '../../../src/telemetry/access-log/access-log';
import { type ExchangeRecord } from '../../../src/tunnel/exchange';
import { eventually } from '../../support/eventually';
import { type Listening, startListener } from '../../support/listening';

/*
 * Messages that violate a rule travel through a real tunnel, and the access log names the rule: one word for each, in the
 * same words for requests and responses.
 */

const MAX_FIELDS = 4;
const MAX_HEAD_BYTES = 1024;

/** The message, and the part of it that the log shows as the line that violates the rule. */
type Sample = readonly [message: string, line: string];

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;

const REQUESTS: Readonly<Record<RequestFault, Sample>> = {
  'bad-request-line': ['G(T / HTTP/1.1\r\nHost: a\r\n\r\n', 'G(T / HTTP/1.1'],
  'bad-request-target': ['GET x HTTP/1.1\r\nHost: a\r\n\r\n', 'GET x HTTP/1.1'],
  'bad-version': ['GET / HTTP/1.x\r\nHost: a\r\n\r\n', 'GET / HTTP/1.x'],
  'unsupported-version': ['GET / HTTP/3.0\r\nHost: a\r\n\r\n', 'GET / HTTP/3.0'],
  'bad-field-line': [`${GET}X A: b\r\n\r\n`, 'X A: b'],
  'obsolete-line-folding': ['GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n', ' b'],
  'bare-cr': [`${GET}X-A: b\rc\r\n\r\n`, 'X-A: b\rc'],
  'bare-lf': [`${GET}X-A: b\nX-C: d\r\n\r\n`, 'X-A: b'],
  'missing-host': ['GET / HTTP/1.1\r\nX-A: b\r\n\r\n', 'GET / HTTP/1.1'],
  'repeated-host': ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'Host: b'],
  'bad-host': ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'Host: a b'],
  'bad-content-length': [`${POST}Content-Length: five\r\n\r\n`, 'Content-Length: five'],
  'conflicting-content-length': [`${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 'Content-Length: 6'],
  'repeated-content-length': [`${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`, 'Content-Length: 5'],
  'disguised-framing': [`${POST}Content_Length: 5\r\n\r\n`, 'Content_Length: 5'],
  'length-with-transfer-coding': [
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    'Transfer-Encoding: chunked',
  ],
  'bad-transfer-coding': [`${POST}Transfer-Encoding: chunked, gzip\r\n\r\n`, 'Transfer-Encoding: chunked, gzip'],
  'unknown-transfer-coding': [`${POST}Transfer-Encoding: x, chunked\r\n\r\n`, 'Transfer-Encoding: x, chunked'],
  'transfer-coding-on-http10': ['POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'Transfer-Encoding: chunked'],
  'connect-with-content': ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n', 'Content-Length: 5'],
  'bad-chunk': [`${CHUNKED}5;\r\nhello\r\n0\r\n\r\n`, '5;'],
  'bad-trailer': [`${CHUNKED}0\r\nAuthorization: b\r\n\r\n`, 'Authorization: b'],
  'request-line-too-long': [`GET /${'a'.repeat(2000)} HTTP/1.1\r\n\r\n`, `GET /${'a'.repeat(195)}`],
  'head-too-large': [`${GET}X-A: ${'b'.repeat(2000)}\r\n\r\n`, `X-A: ${'b'.repeat(195)}`],
  'too-many-fields': [`${GET}${'X-A: b\r\n'.repeat(MAX_FIELDS)}\r\n`, 'X-A: b'],
};

const OK = 'HTTP/1.1 200 OK\r\n';

/** `bare-lf` is a fault of requests only: a response may end its lines in LF. */
const RESPONSES: Readonly<Record<Exclude<ResponseFault, 'bare-lf'>, Sample>> = {
  'bad-status-line': ['HTTP/1.1 2oo OK\r\n\r\n', 'HTTP/1.1 2oo OK'],
  'unrequested-switch': ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 'HTTP/1.1 101 Switching Protocols'],
  'bad-field-line': [`${OK}X-A: b\0\r\n\r\n`, 'X-A: b\0'],
  'bare-cr': [`${OK}X-A: b\rc\r\n\r\n`, 'X-A: b\rc'],
  'bad-content-length': [`${OK}Content-Length: five\r\n\r\n`, 'Content-Length: five'],
  'conflicting-content-length': [`${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 'Content-Length: 6'],
  'length-with-transfer-coding': [
    `${OK}Content-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n`,
    'Transfer-Encoding: gzip',
  ],
  'bad-transfer-coding': [`${OK}Transfer-Encoding: chunked, gzip\r\n\r\n`, 'Transfer-Encoding: chunked, gzip'],
  'unknown-transfer-coding': [`${OK}Transfer-Encoding: x\r\n\r\n`, 'Transfer-Encoding: x'],
  'transfer-coding-on-http10': ['HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', 'Transfer-Encoding: gzip'],
  'bad-chunk': [`${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 'zz'],
  'head-too-large': [`${OK}X-A: ${'b'.repeat(2000)}\r\n\r\n`, `X-A: ${'b'.repeat(195)}`],
  'too-many-fields': [`${OK}${'X-A: b\r\n'.repeat(MAX_FIELDS + 1)}\r\n`, 'X-A: b'],
};

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

type Format = 'json' | 'pretty';

function lineOf(exchange: ExchangeRecord, format: Format, showsFaultyLines: boolean): string {
  const lines: string[] = [];
  const log = createAccessLog({
    ...{ write: (line) => lines.push(line), format, showsFaultyLines },
    ...{ logsQuery: false, trustsForwarded: false, skipsProbes: true },
  });
  log(exchange);
  return lines.join('\n');
}

const recordOf = (exchange: ExchangeRecord, showsFaultyLines: boolean): Record<string, unknown> =>
  JSON.parse(lineOf(exchange, 'json', showsFaultyLines)) as Record<string, unknown>;

let here: Listening;

beforeAll(async () => {
  const limits = {
    ...DEFAULT_HEAD_LIMITS,
    maxFields: MAX_FIELDS,
    maxHeadBytes: MAX_HEAD_BYTES,
    maxRequestLineBytes: 512,
  };
  here = await startListener({ limits, requestTrailers: 'relay' });
});
afterAll(() => here.close());

/** The record of the exchange that `request`, and a response of the target where there is one, cause. */
async function exchangeOf(request: string, response?: string): Promise<ExchangeRecord> {
  const before = here.ended.length;
  const client = await here.dial();
  await client.send(bytes(request));
  if (response !== undefined) {
    const served = await here.target.next();
    await served.take(bytes(request));
    await served.send(bytes(response));
  }
  await client.ended();
  await client.dispose();
  await here.target.forget();
  await eventually(
    () => here.ended.length,
    (length) => length > before,
  );
  const exchange = here.ended[before];
  if (exchange === undefined) throw new Error('no exchange has ended');
  return exchange;
}

describe('the JSON log names the rule that a request violates', () => {
  test.each(Object.entries(REQUESTS))('The rule is %s, and its line is shown at debug only.', async (rule, sample) => {
    const [request, line] = sample;
    const exchange = await exchangeOf(request);
    expect(recordOf(exchange, false)).toMatchObject({ termination: `rejected:${rule}`, rule });
    expect(recordOf(exchange, false)).not.toHaveProperty('line');
    expect(recordOf(exchange, true)).toMatchObject({ termination: `rejected:${rule}`, rule, line });
  });
});

describe('the JSON log names the rule that a response violates', () => {
  test.each(Object.entries(RESPONSES))('The rule is %s, and its line is shown at debug only.', async (rule, sample) => {
    const [response, line] = sample;
    const exchange = await exchangeOf(`${GET}\r\n`, response);
    expect(recordOf(exchange, false)).toMatchObject({ termination: 'target-malformed', rule });
    expect(recordOf(exchange, false)).not.toHaveProperty('line');
    expect(recordOf(exchange, true)).toMatchObject({ termination: 'target-malformed', rule, line });
  });
});

describe('the log for a person', () => {
  test('It names the rule of a response beside the termination, and shows its line at debug only.', async () => {
    const exchange = await exchangeOf(`${GET}\r\n`, 'HTTP/1.1 2oo "No"\r\n\r\n');
    expect(lineOf(exchange, 'pretty', false)).toMatch(
      / GET \/ 502 .* target-malformed \(bad-status-line\) 127\.0\.0\.1$/,
    );
    expect(lineOf(exchange, 'pretty', true)).toMatch(
      / target-malformed \(bad-status-line\) "HTTP\/1\.1 2oo \\"No\\"" 127\.0\.0\.1$/,
    );
  });

  test('It has the rule of a request in the termination, and shows its line at debug only.', async () => {
    const exchange = await exchangeOf(`${GET}X A: b\r\n\r\n`);
    expect(lineOf(exchange, 'pretty', false)).toMatch(/ 400 .* rejected:bad-field-line 127\.0\.0\.1$/);
    expect(lineOf(exchange, 'pretty', true)).toMatch(/ rejected:bad-field-line "X A: b" 127\.0\.0\.1$/);
  });
});

describe('a line that violates a rule', () => {
  const EVERY_OCTET = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('');
  const WITHOUT_LF = EVERY_OCTET.replace('\n', '');

  test.each(['json', 'pretty'] as const)('It is escaped, so that the %s log stays printable ASCII.', async (format) => {
    const exchange = await exchangeOf(`${GET}X-A: ${EVERY_OCTET}\r\n\r\n`);
    expect(lineOf(exchange, format, true)).toMatch(/^[ -~]*$/);
  });

  test('It stands in the JSON log as it came, up to 200 bytes or its end.', async () => {
    const start = `X-A: ${WITHOUT_LF.slice(0, 100)}`;
    const short = await exchangeOf(`${GET}${start}\r\n\r\n`);
    expect(recordOf(short, true)['line']).toBe(start);
    const long = await exchangeOf(`${GET}X-A: \0${'b'.repeat(900)}\r\n\r\n`);
    expect(recordOf(long, true)['line']).toBe(`X-A: \0${'b'.repeat(194)}`);
  });
});
