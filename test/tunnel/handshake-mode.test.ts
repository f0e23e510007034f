import { describe, expect, test } from '@jest/globals';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { octets } from '../support/expect-reading';
import { closeAfterEach } from '../support/close-after-each';
import {
  BAD_REQUEST,
  HELLO,
  PREFACE,
  SERVER_HELLO,
  SERVER_SETTINGS,
  begin,
  expectRecord,
  expectRefusal,
  quiet,
} from '../support/handshakes';
import { type Listening, startListener } from '../support/listening';

const opened = closeAfterEach();

const MAX_HELD_BYTES = 64 * 1024;
const FLOOD = Buffer.alloc(4 * 1024 * 1024, 'flood');

const CLIENT_SETTINGS = octets('\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\xff\xff');
const RECORD = octets('\x17\x03\x03\0\x05hello');

/** What begins a connection, what a target answers, and what the client sends next. */
const PROTOCOLS = [
  ['h2', PREFACE, SERVER_SETTINGS, CLIENT_SETTINGS],
  ['tls', HELLO, SERVER_HELLO, RECORD],
] as const;

async function start(settings: Partial<TunnelSettings> = {}): Promise<Listening> {
  return opened(await startListener(settings));
}

describe.each(PROTOCOLS)('%s', (protocol, preface, answer, more) => {
  test('a connection that begins in another protocol sends what follows the preface only after the target has answered in kind', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    await client.send(more);
    await quiet();
    expect(served.untaken).toHaveLength(0);
    await served.send(answer);
    await client.take(answer);
    await served.take(Buffer.concat([more, more]));
    await client.send(more);
    await served.take(more);
    await served.send(answer);
    await client.take(answer);
  });

  test('a connection that begins in another protocol is recorded with its protocol and all of its bytes', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    await served.send(answer);
    await client.take(answer);
    await served.take(more);
    client.close();
    served.close();
    await expectRecord(listening, {
      protocol,
      termination: 'ok',
      sentStatus: 0,
      requestBytes: preface.length + more.length,
      responseBytes: answer.length,
    });
    expect(listening.ended).toHaveLength(1);
  });

  test('a connection that begins in another protocol opens when the answer of the target arrives byte by byte', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    await served.send(...Array.from(answer, (_, at) => answer.subarray(at, at + 1)));
    await client.take(answer);
    await expect(served.take(more)).resolves.toBeUndefined();
  });

  test('a connection that begins in another protocol is refused when the target answers in HTTP/1, and nothing of that answer reaches the client', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    await served.send(BAD_REQUEST);
    await expectRefusal(client);
    await served.ended();
    expect(served.untaken).toHaveLength(0);
    await expectRecord(listening, {
      protocol,
      termination: 'rejected:protocol-mismatch',
      sentStatus: 400,
      requestBytes: preface.length + more.length,
      responseBytes: client.untaken.length,
    });
  });

  test('a connection that begins in another protocol is refused when the target ends in the middle of an answer', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol);
    await served.send(answer.subarray(0, 5));
    served.close();
    await expectRefusal(client);
    await expectRecord(listening, { protocol, termination: 'rejected:protocol-mismatch' });
  });

  test('a connection that begins in another protocol is closed when the target closes without an answer', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    served.close();
    await expect(client.ended()).resolves.toBe('closed');
    expect(client.untaken).toHaveLength(0);
    await served.ended();
    expect(served.untaken).toHaveLength(0);
    await expectRecord(listening, { protocol, termination: 'target-closed' });
  });

  test('a connection that begins in another protocol is reset when the target resets it', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol);
    served.reset();
    await expect(client.ended()).resolves.toBe('reset');
    await expectRecord(listening, { protocol, termination: 'target-reset' });
  });

  test('a connection that begins in another protocol is reset when no target listens', async () => {
    const listening = await start({ connectRetryWindowMs: 0 });
    await listening.target.close();
    const client = await listening.dial();
    await client.send(preface);
    await expect(client.ended()).resolves.toBe('reset');
    await expectRecord(listening, { protocol, termination: 'target-refused' });
  });

  test('a connection that begins in another protocol relays the end of the client once the target has answered', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    client.close();
    await quiet();
    expect(served.ending).toBeUndefined();
    await served.send(answer);
    await served.take(more);
    await expect(served.ended()).resolves.toBe('closed');
    await client.take(answer);
    await served.send(more);
    await client.take(more);
    served.close();
    await expect(client.ended()).resolves.toBe('closed');
    await expectRecord(listening, { protocol, termination: 'ok' });
  });

  test('a connection that begins in another protocol ends at the target when the client resets it before the answer', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol, more);
    client.reset();
    await expect(served.ended()).resolves.toBe('reset');
    await expectRecord(listening, { protocol, termination: 'client-aborted' });
  });

  test.each([
    ['the header timeout', { headerTimeoutMs: 100 }],
    ['the response timeout', { responseTimeoutMs: 100 }],
  ])(
    'a connection that begins in another protocol is reset when the target has not answered within %s',
    async (_name, settings) => {
      const listening = await start(settings);
      const { client, served } = await begin(listening, protocol);
      await expect(client.ended()).resolves.toBe('reset');
      await served.ended();
      await expectRecord(listening, { protocol, termination: 'response-timeout' });
    },
  );

  test('a connection that begins in another protocol is reset when the client has ended and the target stays silent', async () => {
    const listening = await start({ halfCloseTimeoutMs: 100 });
    const { client, served } = await begin(listening, protocol);
    client.close();
    await expect(client.ended()).resolves.toBe('reset');
    await served.ended();
    await expectRecord(listening, { protocol, termination: 'idle-timeout' });
  });

  test('a connection that begins in another protocol is not limited by the header timeout once the target has answered', async () => {
    const listening = await start({ headerTimeoutMs: 100 });
    const { client, served } = await begin(listening, protocol);
    await served.send(answer);
    await client.take(answer);
    const silent = await listening.dial(); // has as much time, and begins later
    await silent.ended();
    await served.send(more);
    await expect(client.take(more)).resolves.toBeUndefined();
  });

  test('a connection that begins in another protocol makes a client wait that sends more than may be held', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol);
    await client.send(FLOOD);
    await quiet();
    expect(served.untaken).toHaveLength(0);
    await listening.listener.drain(0);
    await client.ended();
    expect(listening.ended[0]?.requestBytes).toBeGreaterThan(MAX_HELD_BYTES);
    expect(listening.ended[0]?.requestBytes).toBeLessThan(MAX_HELD_BYTES + 512 * 1024);
  });

  test('a connection that begins in another protocol relays all that a waiting client has sent once the target has answered', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol);
    await client.send(FLOOD);
    await quiet();
    await served.send(answer);
    const all = await served.takeSome(({ length }) => (length < FLOOD.length ? undefined : length), 'the whole flood');
    expect(all.equals(FLOOD)).toBe(true);
  });

  test('a connection that begins in another protocol is cut off by a drain that runs out of time before the target answers', async () => {
    const listening = await start();
    const { client, served } = await begin(listening, protocol);
    await expect(listening.listener.drain(0)).resolves.toBe(1);
    await expect(Promise.all([client.ended(), served.ended()])).resolves.toEqual(['reset', 'reset']);
    await expectRecord(listening, { protocol, termination: 'drained' });
  });
});
