import { describe, expect, test } from '@jest/globals';
import { checkHello } from '../../src/http1/check-hello';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { extension, helloMessage, helloOf, inRecords } from '../support/client-hellos';
import { octets } from '../support/expect-reading';
import { readAnswer } from '../support/answer';
import { closeAfterEach } from '../support/close-after-each';
import { type Wire } from '../support/wire';
import {
  ALERT,
  BAD_REQUEST,
  HELLO,
  PREFACE,
  SERVER_HELLO,
  begin,
  expectRecord,
  expectRefusal,
  passCheck,
  quiet,
} from '../support/handshakes';
import { type Listening, startListener } from '../support/listening';

const opened = closeAfterEach();

async function start(settings: Partial<TunnelSettings> = {}): Promise<Listening> {
  return opened(await startListener(settings));
}

describe('the check of a target that a client opens TLS with', () => {
  /** A ClientHello that a lenient HTTP server reads as two requests. */
  const HOSTILE = inRecords(
    helloMessage({
      random: octets(' /x HTTP/1.1\r\nHost: a\r\nB: '.padEnd(32, 'x')),
      extensions: extension(0xfff0, 'y\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n'),
    }),
  );

  test('a target that does not answer in TLS receives nothing that the client has chosen', async () => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HOSTILE, octets('GET /admin HTTP/1.1\r\nHost: a\r\n\r\n'));
    const check = await listening.target.next();
    await check.take(checkHello(undefined));
    await quiet();
    await check.send(BAD_REQUEST);
    await expectRefusal(client);
    await check.ended();
    expect(check.untaken).toHaveLength(0);
    expect(listening.target.connections).toHaveLength(1);
    await expectRecord(listening, { protocol: 'tls', termination: 'rejected:protocol-mismatch', sentStatus: 400 });
  });

  test('the refusal of one connection does not let the next one through', async () => {
    const listening = await start();
    for (let nth = 0; nth < 2; nth++) {
      const client = await listening.dial();
      await client.send(HOSTILE);
      const check = await listening.target.next();
      await check.take(checkHello(undefined));
      await check.send(BAD_REQUEST);
      await expectRefusal(client);
    }
    await expectRecord(listening, { termination: 'rejected:protocol-mismatch' }, 1);
    expect(listening.target.connections).toHaveLength(2);
  });

  test.each([
    ['a ServerHello', SERVER_HELLO],
    ['an alert', ALERT],
  ])('%s is an answer in TLS', async (_name, answer) => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO);
    await passCheck(listening, 'service.example', answer);
    const served = await listening.target.next();
    await served.take(HELLO);
    await served.send(ALERT);
    await client.take(ALERT);
    served.close();
    await expect(client.ended()).resolves.toBe('closed');
  });

  test('an answer to the check may arrive byte by byte', async () => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO);
    const check = await listening.target.next();
    await check.take(checkHello('service.example'));
    await check.send(...Array.from(SERVER_HELLO, (_, at) => SERVER_HELLO.subarray(at, at + 1)));
    const served = await listening.target.next();
    await expect(served.take(HELLO)).resolves.toBeUndefined();
  });

  test('a target that has answered in TLS is not checked again for the next client', async () => {
    const listening = await start();
    const first = await begin(listening, 'tls');
    const second = await listening.dial();
    await second.send(HOSTILE);
    const served = await listening.target.next();
    await expect(served.take(HOSTILE)).resolves.toBeUndefined();
    await first.served.send(SERVER_HELLO);
    await first.client.take(SERVER_HELLO);
  });

  test('a client of HTTP/2 that is refused does not cause another check', async () => {
    const listening = await start();
    await begin(listening, 'tls');
    const other = await begin(listening, 'h2');
    await other.served.send(ALERT);
    await expectRefusal(other.client);
    const next = await listening.dial();
    await next.send(HOSTILE);
    const served = await listening.target.next();
    await expect(served.take(HOSTILE)).resolves.toBeUndefined();
  });

  test.each([
    ['answers in HTTP/1', (served: Wire): unknown => served.send(BAD_REQUEST)],
    ['closes without an answer', (served: Wire): unknown => served.close()],
    ['resets the connection', (served: Wire): unknown => served.reset()],
  ])('a target that %s later is checked again', async (_name, act) => {
    const listening = await start();
    const { client, served } = await begin(listening, 'tls');
    await act(served);
    await client.ended();
    const next = await listening.dial();
    await next.send(HOSTILE);
    const check = await listening.target.next();
    await expect(check.take(checkHello(undefined))).resolves.toBeUndefined();
  });

  test.each([
    ['closes', (check: Wire): unknown => check.close(), 'closed', 'target-closed'],
    ['resets', (check: Wire): unknown => check.reset(), 'reset', 'target-reset'],
  ] as const)('a target that %s the check has its client treated alike', async (_name, act, ending, termination) => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO);
    const check = await listening.target.next();
    await check.take(checkHello('service.example'));
    await act(check);
    await expect(client.ended()).resolves.toBe(ending);
    await expectRecord(listening, { protocol: 'tls', termination });
    expect(listening.target.connections).toHaveLength(1);
  });

  test('a client that resets during the check ends the check', async () => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO);
    const check = await listening.target.next();
    await check.take(checkHello('service.example'));
    client.reset();
    await expect(check.ended()).resolves.toBe('reset');
    await expectRecord(listening, { protocol: 'tls', termination: 'client-aborted' });
  });

  test('a check without an answer is given up after the header timeout', async () => {
    const listening = await start({ headerTimeoutMs: 100 });
    const client = await listening.dial();
    await client.send(HELLO);
    await expect(client.ended()).resolves.toBe('reset');
    await expectRecord(listening, { protocol: 'tls', termination: 'response-timeout' });
  });

  test('a drain that runs out of time ends a check', async () => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO);
    const check = await listening.target.next();
    await check.take(checkHello('service.example'));
    await expect(listening.listener.drain(0)).resolves.toBe(1);
    await expect(Promise.all([client.ended(), check.ended()])).resolves.toEqual(['reset', 'reset']);
    await expectRecord(listening, { protocol: 'tls', termination: 'drained' });
  });
});

describe('a preface that is not whole', () => {
  test.each([
    ['two bytes of TLS', '\x16\x03'],
    ['a ClientHello without its last byte', HELLO.toString('latin1').slice(0, -1)],
    ['a preface of HTTP/2 without its last byte', PREFACE.toString('latin1').slice(0, -1)],
  ])('%s is not forwarded, and is refused after the header timeout', async (_name, text) => {
    const listening = await start({ headerTimeoutMs: 100 });
    const client = await listening.dial();
    await client.send(octets(text));
    await client.ended();
    expect(readAnswer(client.untaken, 'GET')?.status).toBe(408);
    expect(listening.target.connections).toHaveLength(0);
    await expectRecord(listening, { protocol: 'unknown', termination: 'rejected:header-timeout' });
  });

  test('a ClientHello in two segments is forwarded once it is whole', async () => {
    const hello = helloOf('Node 24 with a post-quantum key');
    const listening = await start();
    const client = await listening.dial();
    await client.send(hello.subarray(0, 1400));
    await quiet();
    expect(listening.target.connections).toHaveLength(0);
    await client.send(hello.subarray(1400));
    await passCheck(listening);
    const served = await listening.target.next();
    await served.take(hello);
    await served.send(SERVER_HELLO);
    await expect(client.take(SERVER_HELLO)).resolves.toBeUndefined();
  });

  test.each([
    ['a request line that begins like TLS', '\x16\x03 /x HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      'a ClientHello with a wrong length inside',
      inRecords(helloMessage({ cipherSuites: Buffer.alloc(3) })).toString('latin1'),
    ],
  ])('%s is refused as a request', async (_name, text) => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(octets(text));
    await client.ended();
    expect(readAnswer(client.untaken, 'GET')?.status).toBe(400);
    expect(listening.target.connections).toHaveLength(0);
    await expectRecord(listening, { protocol: 'unknown', termination: 'rejected:bad-request-line' });
  });

  test('a client that ends in the middle of a ClientHello is closed and leaves no record', async () => {
    const listening = await start();
    const client = await listening.dial();
    await client.send(HELLO.subarray(0, 100));
    client.close();
    await expect(client.ended()).resolves.toBe('closed');
    expect(client.untaken).toHaveLength(0);
    expect(listening.target.connections).toHaveLength(0);
    expect(listening.ended).toHaveLength(0);
  });
});
