import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ScriptedTarget, listenAsTarget } from '../support/scripted-target';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(120_000);

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const UPLOAD = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome');
const CHUNKS = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nsome');
const UPGRADE = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
const LENGTH = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome');
const EARLY = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nsome');
const EVENTS = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
const SWITCH = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
const NOTHING = Buffer.alloc(0);

describe('a target is told within a second that the client has left', () => {
  let target: ScriptedTarget;
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    target = await listenAsTarget();
    sidecar = await spawnSidecar({ TARGET_PORT: String(target.port) });
  });
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  const leave = async (client: Wire, how: string): Promise<void> => {
    if (how === 'resets') client.reset();
    else await client.dispose();
  };

  test.each(
    ['resets', 'closes'].flatMap((how) => [
      [how, 'while it waits for an answer', GET, NOTHING],
      [how, 'in the middle of an answer', GET, LENGTH],
      [how, 'in the middle of a stream of events', GET, EVENTS],
      [how, 'in the middle of its content', UPLOAD, NOTHING],
      [how, 'in the middle of a chunk', CHUNKS, NOTHING],
      [how, 'in the middle of its content, with an answer on its way', UPLOAD, EARLY],
      [how, 'in the middle of an upgraded connection', UPGRADE, SWITCH],
    ]) as [string, string, Buffer, Buffer][],
  )('it %s %s', async (how, _when, request, response) => {
    const client = await dial(sidecar.port);
    await client.send(request);
    const served = await target.next();
    await served.take(request);
    await served.send(response);
    await client.take(response);

    const leftAt = performance.now();
    await leave(client, how);
    await served.ended();
    expect(performance.now() - leftAt).toBeLessThan(1_000);
    await target.forget();
  });

  test('it leaves while the answer is more than it reads: the target is not kept writing', async () => {
    const client = await dial(sidecar.port);
    client.pause();
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    await served.send(
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n'),
      Buffer.alloc(20_000_000, 'x'),
    );
    client.reset();
    await expect(served.ended()).resolves.toBe('reset');
    await target.forget();
  });
});
