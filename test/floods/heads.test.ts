import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readAnswer } from '../support/answer';
import { type CountingTarget, listenAsCountingTarget } from '../support/counting-target';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(120_000);

const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const MAX_HEAD_BYTES = 65_536;
const MEBIBYTE = 1024 * 1024;
const CLIENTS = 100;

/** A head of exactly so many bytes. */
function headOf(bytes: number): Buffer {
  const start = 'GET / HTTP/1.1\r\nHost: a\r\nX-A: ';
  return Buffer.from(`${start}${'a'.repeat(bytes - start.length - 4)}\r\n\r\n`);
}

describe('request heads at the limit', () => {
  let target: CountingTarget;
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    target = await listenAsCountingTarget(OK);
    sidecar = await spawnSidecar({ TARGET_PORT: String(target.port), MAX_HEAD_BYTES: String(MAX_HEAD_BYTES) });
  });
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  const each = async (work: (client: Wire) => Promise<void>): Promise<void> => {
    const one = async (): Promise<void> => {
      const client = await dial(sidecar.port);
      await work(client).finally(() => client.dispose());
    };
    await Promise.all(Array.from({ length: CLIENTS }, one));
  };

  test('pass, from many clients at once, three each', async () => {
    const head = headOf(MAX_HEAD_BYTES);
    const before = target.requests;
    await each(async (client) => {
      for (let number = 0; number < 3; number += 1) {
        await client.send(head);
        await client.take(OK);
      }
    });
    expect(target.requests - before).toBe(CLIENTS * 3);
    expect(sidecar.peakResidentBytes()).toBeLessThan(192 * MEBIBYTE);
  });

  test('are refused when they are one byte longer, and the target hears of none', async () => {
    const head = headOf(MAX_HEAD_BYTES + 1);
    const before = target.requests;
    await each(async (client) => {
      await client.send(head);
      const bytes = await client.takeSome((received) => readAnswer(received)?.length, 'an answer');
      expect(readAnswer(bytes)?.status).toBe(431);
      await client.ended();
    });
    expect(target.requests).toBe(before);
  });

  test('cost no more than they hold while they are unfinished, and nothing once their clients have left', async () => {
    const atRest = await sidecar.heapBytes();
    const unfinished = headOf(MAX_HEAD_BYTES).subarray(0, -4);
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => dial(sidecar.port)));
    for (const client of clients) await client.send(unfinished);
    await Promise.all(clients.map((client) => client.dispose()));
    await eventually(
      () => sidecar.descriptors().sockets,
      (sockets) => sockets <= 4,
    );
    expect(await sidecar.heapBytes()).toBeLessThan(atRest + 2 * MEBIBYTE);
    expect(sidecar.peakResidentBytes()).toBeLessThan(192 * MEBIBYTE);
  });
});
