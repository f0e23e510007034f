import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type ScriptedTarget, listenAsTarget } from '../support/scripted-target';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(60_000);

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const UNTIL_CLOSE = Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
const UPGRADE = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
const SWITCH = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');

const opened = closeAfterEach();

describe('a reset that comes together with bytes is no end', () => {
  let target: ScriptedTarget;
  let sidecar: SidecarProcess;
  let exchanges = 0;

  beforeAll(async () => {
    target = await listenAsTarget();
    sidecar = await spawnSidecar({ TARGET_PORT: String(target.port), LOG_LEVEL: 'info' });
  });
  afterEach(() => target.forget());
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  async function exchange(request: Buffer, head: Buffer): Promise<{ client: Wire; server: Wire }> {
    exchanges += 1;
    const client = opened(await dial(sidecar.port));
    await client.send(request);
    const server = await target.next();
    await server.take(request);
    await server.send(head);
    await client.takeSome((received) => (received.includes('\r\n\r\n') ? received.length : undefined), 'a head');
    return { client, server };
  }

  /** The sidecar stands still meanwhile, and finds both at once. */
  async function sendAndReset(from: Wire, bytes: string): Promise<void> {
    process.kill(sidecar.pid, 'SIGSTOP');
    try {
      await from.send(Buffer.from(bytes));
      from.reset();
      await from.dispose();
    } finally {
      process.kill(sidecar.pid, 'SIGCONT');
    }
  }

  /** How the last of so many exchanges ended. */
  async function terminationOf(count: number): Promise<unknown> {
    const records = await eventually(
      () => sidecar.lines.filter((line) => line.includes('"termination"')),
      ({ length }) => length === count,
    );
    return (JSON.parse(records.at(-1) ?? '') as { termination: unknown }).termination;
  }

  test.each(['open', 'half closed'])('of the target, with the client %s', async (state) => {
    const { client, server } = await exchange(GET, UNTIL_CLOSE);
    if (state === 'half closed') {
      client.close();
      await server.ended();
    }
    await sendAndReset(server, 'the rest');
    await expect(client.ended()).resolves.toBe('reset');
    expect(client.untaken.toString()).toBe('the rest');
    // The side that left first is the cause.
    const cause = state === 'open' ? 'target-reset' : 'client-aborted';
    await expect(terminationOf(exchanges)).resolves.toBe(cause);
  });

  test('of the client that waits for an answer', async () => {
    const { client, server } = await exchange(GET, UNTIL_CLOSE);
    await sendAndReset(client, 'GET /more');
    await expect(server.ended()).resolves.toBe('reset');
    await expect(terminationOf(exchanges)).resolves.toBe('client-aborted');
  });

  test.each(['client', 'target'])('of the %s that has switched to another protocol', async (who) => {
    const { client, server } = await exchange(UPGRADE, SWITCH);
    const [leaver, other] = who === 'client' ? [client, server] : [server, client];
    await sendAndReset(leaver, 'the rest');
    await expect(other.ended()).resolves.toBe('reset');
    expect(other.untaken.toString()).toBe('the rest');
  });
});
