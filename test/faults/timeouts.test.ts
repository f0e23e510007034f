import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { helloOf } from '../support/client-hellos';
import { statusOf } from '../support/answer';
import { closeAfterEach } from '../support/close-after-each';
import { freePort } from '../support/free-port';
import { type ScriptedTarget, listenAsTarget } from '../support/scripted-target';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { dial } from '../support/wire';

jest.setTimeout(120_000);

const opened = closeAfterEach();

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n');
const UPGRADE = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
const SWITCH = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');

describe('a timeout', () => {
  let target: ScriptedTarget;
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    target = await listenAsTarget();
    sidecar = await spawnSidecar({
      TARGET_PORT: String(target.port),
      DISCARD_TIMEOUT: '300ms',
      HALF_CLOSE_TIMEOUT: '1s',
    });
  });
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  test('ends the reading of content behind a page, when that content does not end', async () => {
    const client = await dial(sidecar.port);
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    await served.send(Buffer.from('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n'));
    await expect(statusOf(client)).resolves.toBe(404);
    const drip = setInterval(() => void served.send(Buffer.from('1\r\nx\r\n')), 20);
    await Promise.all([served.ended(), client.ended()]).finally(() => clearInterval(drip));
    expect(client.untaken).toHaveLength(0);
    await client.dispose();
    await target.forget();
  });

  test.each(['client', 'target'] as const)(
    'ends a tunnel whose %s has left without a reset, and whose other side is silent',
    async (who) => {
      const client = await dial(sidecar.port);
      await client.send(UPGRADE);
      const served = await target.next();
      await served.take(UPGRADE);
      await served.send(SWITCH);
      await client.take(SWITCH);
      const [leaver, other] = who === 'client' ? [client, served] : [served, client];
      leaver.close();
      await expect(other.ended()).resolves.toBe('closed');
      await leaver.ended();
      expect([client.untaken, served.untaken].map(({ length }) => length)).toEqual([0, 0]);
      await client.dispose();
      await target.forget();
    },
  );

  test('does not end a tunnel that is half closed and not silent', async () => {
    const client = await dial(sidecar.port);
    await client.send(UPGRADE);
    const served = await target.next();
    await served.take(UPGRADE);
    await served.send(SWITCH);
    await client.take(SWITCH);
    client.close();
    await served.ended();
    const one = Buffer.from('x');
    for (const until = performance.now() + 1_500; performance.now() < until;) {
      await served.send(one);
      await client.take(one);
    }
    served.close();
    await expect(client.ended()).resolves.toBe('closed');
    await client.dispose();
    await target.forget();
  });
});

/** A process that listens and has stopped: its kernel completes as many connections as its backlog holds. */
async function listenWithoutAccepting(port: number): Promise<ChildProcess> {
  const script = `
    require('node:net').createServer().listen({ port: ${port}, host: '127.0.0.1', backlog: 1 }, () => {
      process.send('listening', () => process.kill(process.pid, 'SIGSTOP'));
    });
  `;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

/** Connects until the kernel drops what comes. On loopback a connection that can be made is made at once. */
async function fillBacklog(port: number): Promise<Socket[]> {
  const fillers: Socket[] = [];
  for (let filler: Socket | undefined; filler?.connecting !== true;) {
    filler = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    fillers.push(filler);
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
  }
  return fillers;
}

test('a target that takes no connection is 504 after the connect timeout, and a client of TLS or HTTP/2 is reset', async () => {
  const port = await freePort();
  const stopped = await listenWithoutAccepting(port);
  opened({ close: () => stopped.kill('SIGKILL') });
  for (const filler of await fillBacklog(port)) opened({ close: () => filler.destroy() });
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(port), CONNECT_TIMEOUT: '300ms' }));
  const client = await dial(sidecar.port);
  await client.send(GET);
  await expect(statusOf(client)).resolves.toBe(504);
  await client.dispose();
  for (const preface of [helloOf('Node 20'), Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')]) {
    const other = await dial(sidecar.port);
    await other.send(preface);
    await expect(other.ended()).resolves.toBe('reset');
    await other.dispose();
  }
});
