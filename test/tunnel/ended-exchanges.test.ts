import { describe, expect, test } from '@jest/globals';
import { type ExchangeObserver } from '../../src/tunnel/exchange-observer';
import { type ExchangeRecord } from '../../src/tunnel/exchange';
import { createOverride } from '../../src/http1/response-writer';
import { atRest } from '../support/at-rest';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type Wire } from '../support/wire';
import { type Ends, GET, type Listening, OK, startListener } from '../support/listening';

const opened = closeAfterEach();

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const PAGE = Buffer.alloc(1_000, 'p');

/** Replaces every 404 by a page. */
const overrideNotFound: Partial<ExchangeObserver> = {
  onResponse(exchange) {
    const override = createOverride({ keepsFields: true, fields: [], content: PAGE });
    if (exchange.targetStatus === 404) exchange.override(override);
  },
};

const start = async (...settings: Parameters<typeof startListener>): Promise<Listening> =>
  opened(await startListener(...settings));

/** A client whose request, which reaches the target as `forwarded`, waits for its response. */
async function send(here: Listening, request: string, forwarded = request): Promise<Ends> {
  const client = await here.dial();
  await client.send(bytes(request));
  const served = await here.target.next();
  await served.take(bytes(forwarded));
  return { client, served };
}

const endedOf = (here: Listening, count: number): Promise<readonly ExchangeRecord[]> =>
  eventually(
    () => here.ended,
    ({ length }) => length >= count,
  );

const receivedBy = async (client: Wire): Promise<string> => {
  expect(await client.ended()).toBe('closed');
  return client.untaken.toString('latin1');
};

const HEAD_OF_200 = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';

describe('an exchange ends as what happened to it', () => {
  test('A response with surplus bytes ends as ok, and the surplus is not counted.', async () => {
    const here = await start();
    const { client, served } = await here.ask();
    await served.send(Buffer.concat([OK, bytes('\r\n')]));
    expect(await receivedBy(client)).toBe(OK.toString());
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({ termination: 'ok', responseBytes: OK.length, responseContentBytes: 2 });
  });

  test('A refused request that gets no response, because the target sent surplus bytes, ends as refused.', async () => {
    const here = await start({ maxPipelined: 8 });
    const { client, served } = await send(here, `${GET.toString()}GET / HTTP/1.1\r\n\r\n`, GET.toString());
    await served.send(Buffer.concat([OK, bytes('\r\n')]));
    expect(await receivedBy(client)).toBe(OK.toString());
    const ended = await endedOf(here, 2);
    expect(ended.map(({ termination, sentStatus }) => [termination, sentStatus])).toEqual([
      ['ok', 200],
      ['rejected:missing-host', 0],
    ]);
  });

  test('A refused request that gets no response, because the client left, ends as refused.', async () => {
    const here = await start({ maxPipelined: 8 });
    const { client } = await send(here, `${GET.toString()}GET / HTTP/1.1\r\n\r\n`, GET.toString());
    client.reset();
    const ended = await endedOf(here, 2);
    expect(ended.map(({ termination }) => termination)).toEqual(['client-aborted', 'rejected:missing-host']);
  });

  test('Bytes on a reused connection that cannot begin a response end the exchange without a status.', async () => {
    const here = await start();
    const { client, served } = await here.ask();
    await served.send(OK);
    await client.take(OK);
    await client.send(GET);
    await served.take(GET);
    await served.send(bytes('</html>'));
    expect(await receivedBy(client)).toBe('');
    const ended = await endedOf(here, 2);
    expect(ended[1]).toMatchObject({
      termination: 'target-malformed',
      sentStatus: 0,
      violation: { rule: 'bad-status-line', line: '</html>' },
    });
  });
});

describe('a response that comes before the request is complete', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

  test('It is complete, and ends with FIN, although the content turns out to be malformed.', async () => {
    const here = await start();
    const { client, served } = await send(here, POST);
    await served.send(OK);
    const response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
    await client.take(bytes(response));
    await client.send(bytes('zz\r\n'));
    expect(await receivedBy(client)).toBe('');
    expect(await served.ended()).toBe('reset');
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({
      termination: 'rejected:bad-chunk',
      sentStatus: 200,
      responseBytes: response.length,
      violation: { rule: 'bad-chunk', line: 'zz' },
    });
  });

  test('A client that goes on sending does not wait for a target that was left.', async () => {
    let exchange: ExchangeRecord | undefined;
    const here = await start(
      { maxDiscardBytes: 100 },
      { ...overrideNotFound, onRequest: (opened) => (exchange = opened) },
    );
    const client = await here.dial();
    const upload = Buffer.alloc(32 * 1024 * 1024, 'x');
    await client.send(bytes(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${upload.length}\r\n\r\n`), upload);
    const served = await here.target.next();
    served.pause();
    expect(await atRest(() => exchange?.requestContentBytes ?? 0)).toBeLessThan(upload.length);
    await served.send(bytes('HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\n'));
    expect(await receivedBy(client)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*\r\nConnection: close\r\n\r\np{1000}$/);
    await endedOf(here, 1);
    expect(exchange).toMatchObject({ termination: 'ok', requestContentBytes: upload.length });
  });
});

test('A connection whose target was left is gone as soon as the client has closed.', async () => {
  const here = await start({ maxDiscardBytes: 100 }, overrideNotFound);
  const { client, served } = await here.ask();
  await served.send(bytes('HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\n'));
  await client.ended();
  expect(await served.ended()).toBe('reset');
  client.close();
  const SOONER_THAN_A_LINGERING_PEER_MS = 2_000;
  await eventually(
    () => here.listener.counts.open,
    (open) => open === 0,
    SOONER_THAN_A_LINGERING_PEER_MS,
  );
});

describe('a client that sends requests ahead and reads slowly', () => {
  test.each([
    ['of a stated length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ])(
    'It gets its first response completely although the target resets within the second, %s.',
    async (_how, start2) => {
      const here = await start();
      const content = Buffer.alloc(3 * 1024 * 1024, 'x');
      const first = Buffer.concat([bytes(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`), content]);
      const { client, served } = await send(here, GET.toString().repeat(2), GET.toString());
      client.pause();
      await served.send(first);
      await served.take(GET);
      await served.send(bytes(start2));
      await eventually(
        () => here.ended.length,
        (length) => length === 1,
      );
      served.reset();
      await endedOf(here, 2);
      client.resume();
      await client.ended();
      expect(client.untaken.subarray(0, first.length).equals(first)).toBe(true);
      expect(here.ended.map(({ termination }) => termination)).toEqual(['ok', 'target-reset']);
    },
  );
});

describe('bytes are counted', () => {
  test('A repaired request counts what the client sent; its target gets the repaired form.', async () => {
    const here = await start();
    const sent = 'POST / HTTP/1.1\nHost: a\nX-A: b\n c\nContent-Length: 2\n\nhi';
    const { client, served } = await send(
      here,
      `\r\n${sent}`,
      'POST / HTTP/1.1\r\nHost: a\r\nX-A: b c\r\nContent-Length: 2\r\n\r\nhi',
    );
    await served.send(OK);
    await client.take(OK);
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({ requestBytes: sent.length, requestContentBytes: 2, termination: 'ok' });
  });

  test('Discarded trailers count as received, by bytes and by number.', async () => {
    const here = await start();
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n';
    const { client, served } = await send(here, `${head}X-A: b\r\nX-C: d\r\n\r\n`, `${head}\r\n`);
    await served.send(OK);
    await client.take(OK);
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({ requestBytes: head.length + 18, requestContentBytes: 2, discardedTrailers: 2 });
  });

  test.each([
    ['a repaired head', 'HTTP/1.1 200 OK\nContent-Length : 2\n\nhi', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    [
      'repaired chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \nhi\n0\nX-A : b\n\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-A: b\r\n\r\n',
    ],
    ['empty lines before the head', `\r\n\n${HEAD_OF_200}hi`, `${HEAD_OF_200}hi`],
    ['an interim response', `HTTP/1.1 103 Early\n\n${HEAD_OF_200}hi`, `HTTP/1.1 103 Early\r\n\r\n${HEAD_OF_200}hi`],
  ])('A response with %s counts what the client got.', async (_what, sent, relayed) => {
    const here = await start();
    const { client, served } = await here.ask();
    await served.send(bytes(sent));
    await client.take(bytes(relayed));
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({ responseBytes: relayed.length, responseContentBytes: 2, termination: 'ok' });
  });

  test('A page counts as the client got it, whatever form the discarded response has.', async () => {
    const here = await start({}, overrideNotFound);
    const { client, served } = await here.ask();
    await served.send(bytes('HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n2 \nhi\n0\n\n'));
    const page = await client.takeSome((received) => {
      const at = received.indexOf('\r\n\r\n');
      return at > 0 && received.length === at + 4 + PAGE.length ? received.length : undefined;
    }, 'the page');
    const [exchange] = await endedOf(here, 1);
    expect(exchange).toMatchObject({
      responseBytes: page.length,
      responseContentBytes: PAGE.length,
      termination: 'ok',
    });
  });
});
