import { describe, expect, test } from '@jest/globals';
import { createOverride } from '../../src/http1/response-writer';
import { type ExchangeRecord, type OpenExchange } from '../../src/tunnel/exchange';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type Listening, OK, startListener } from '../support/listening';

/*
 * Records of the client and the target against the record of the exchange. Times are sandwiched: what the target measured ≤ what
 * the record says ≤ what the client measured.
 */

const opened = closeAfterEach();
const GET = Buffer.from('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
const GET_PAGE = Buffer.from('GET /a HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n');

const start = async (settings: Partial<TunnelSettings> = {}): Promise<Listening> =>
  opened(await startListener(settings));

const durationMs = ({ startedAtMs, endedAtMs }: ExchangeRecord): number => endedAtMs - startedAtMs;

async function recordOf({ ended }: Listening, index = 0): Promise<ExchangeRecord> {
  const records = await eventually(
    () => ended,
    ({ length }) => length > index,
  );
  const record = records[index];
  if (record === undefined) throw new Error('no exchange has ended');
  return record;
}

describe('The duration of an exchange that a timeout ends is the time that passed.', () => {
  test('A target that does not respond is waited for as long as the record says.', async () => {
    const here = await start({ responseTimeoutMs: 150 });
    const { client } = await here.ask();
    const sinceMs = performance.now();
    await client.ended();
    const clientMs = performance.now() - sinceMs;
    const record = await recordOf(here);
    expect(record).toMatchObject({ termination: 'response-timeout', sentStatus: 504 });
    expect(durationMs(record)).toBeGreaterThanOrEqual(150);
    expect(durationMs(record)).toBeLessThanOrEqual(clientMs + 50);
    expect(record.firstByteAtMs).toBe(record.endedAtMs);
  });

  test('A head that does not arrive is waited for as long as the record says, and its bytes count.', async () => {
    const here = await start({ headerTimeoutMs: 150 });
    const client = await here.dial();
    await client.send(Buffer.from('GET / HT'));
    await client.ended();
    const record = await recordOf(here);
    expect(record).toMatchObject({ termination: 'rejected:header-timeout', sentStatus: 408, requestBytes: 8 });
    expect(durationMs(record)).toBeGreaterThanOrEqual(150);
  });

  test('Content that stops arriving is waited for as long as the record says.', async () => {
    const here = await start({ progressTimeoutMs: 150 });
    const client = await here.dial();
    await client.send(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc'));
    await client.ended();
    const record = await recordOf(here);
    expect(record).toMatchObject({ termination: 'rejected:content-timeout', sentStatus: 408, requestContentBytes: 3 });
    expect(durationMs(record)).toBeGreaterThanOrEqual(150);
  });
});

describe('A refused request counts the bytes that arrived.', () => {
  test.each([
    ['a malformed head', 'GET / HTTP/1.1\r\nHost: a\r\nbad line\r\n\r\n'],
    ['a malformed chunk', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n'],
  ])('The request has %s.', async (_name, request) => {
    const here = await start();
    const client = await here.dial();
    await client.send(Buffer.from(request));
    await client.ended();
    expect(await recordOf(here)).toMatchObject({ sentStatus: 400, requestBytes: request.length });
  });
});

describe('The side that leaves first is the cause.', () => {
  test.each(['closes', 'resets'])('A client sends FIN, and the target %s in reaction.', async (how) => {
    const here = await start();
    const { client, served } = await here.ask();
    client.close();
    await served.ended();
    if (how === 'closes') served.close();
    else served.reset();
    await client.ended();
    expect(client.untaken).toHaveLength(0);
    expect(await recordOf(here)).toMatchObject({ termination: 'client-aborted', sentStatus: 0 });
  });

  test('A client sends FIN in the middle of a response, and the target closes in reaction.', async () => {
    const here = await start();
    const { client, served } = await here.ask();
    await served.send(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    await client.until(() => client.untaken.includes('abc'), 'the beginning');
    client.close();
    await served.ended();
    served.close();
    expect(await recordOf(here)).toMatchObject({ termination: 'client-aborted', sentStatus: 200 });
  });

  test('A client that half-closes and waits gets its response, which is a success.', async () => {
    const here = await start();
    const { client, served } = await here.ask();
    client.close();
    await served.ended();
    await served.send(OK);
    served.close();
    await client.take(OK);
    expect(await recordOf(here)).toMatchObject({ termination: 'ok', sentStatus: 200 });
  });

  test('A target that closes first is the cause.', async () => {
    const here = await start();
    const { client, served } = await here.ask();
    served.close();
    await client.ended();
    expect(await recordOf(here)).toMatchObject({ termination: 'target-closed', sentStatus: 502 });
  });
});

test('A pipelined request was queued from its arrival until the response before it was sent.', async () => {
  const here = await start();
  const client = await here.dial();
  const sinceMs = performance.now();
  await client.send(GET, GET);
  const served = await here.target.next();
  await served.take(GET);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const targetMs = performance.now();
  await served.send(OK);
  await served.take(GET);
  await served.send(OK);
  await client.take(Buffer.concat([OK, OK]));
  const clientMs = performance.now() - sinceMs;
  const [first, second] = [await recordOf(here, 0), await recordOf(here, 1)];
  expect(first.queuedMs).toBe(0);
  expect(second.queuedMs).toBeGreaterThanOrEqual(55);
  expect(durationMs(second)).toBeGreaterThanOrEqual(second.queuedMs);
  expect(durationMs(second)).toBeLessThanOrEqual(clientMs);
  expect(second.startedAtMs).toBeLessThan(targetMs);
});

test('An overridden exchange ends when the page is written, and discarded content has its own counter.', async () => {
  const page = createOverride({ keepsFields: true, fields: [], content: Buffer.from('page') });
  const onResponse = (exchange: OpenExchange): void => {
    if (exchange.targetStatus === 404) exchange.override(page);
  };
  const here = opened(await startListener({}, { onResponse }));
  const client = await here.dial();
  await client.send(GET_PAGE);
  const served = await here.target.next();
  await served.take(GET_PAGE);
  await served.send(Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\ngone'));
  const record = await recordOf(here);
  expect(record).toMatchObject({ termination: 'ok', sentStatus: 404, isOverridden: true, responseContentBytes: 4 });
  expect(here.listener.counts.discardedBytes).toBe(4);
  await served.send(Buffer.from('gone'));
  await client.until(() => client.untaken.includes('page'), 'the page');
  await client.send(GET);
  await served.take(GET);
  await served.send(OK);
  await recordOf(here, 1);
  expect(here.ended).toHaveLength(2);
  expect(here.listener.counts.discardedBytes).toBe(8);
});
