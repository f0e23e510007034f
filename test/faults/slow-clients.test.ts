import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { statusOf } from '../support/answer';
import { closeAfterEach } from '../support/close-after-each';
import { type ScriptedTarget, listenAsTarget } from '../support/scripted-target';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(120_000);

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const UPGRADE = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

const HEADER_TIMEOUT_MS = 400;
const IDLE_TIMEOUT_MS = 1_000;
/** Deadlines are looked at now and then, and this machine may be busy. */
const LATE_MS = 5_000;

const opened = closeAfterEach();

/** Sends a byte every few milliseconds for as long as the other side listens: never silent for long. */
function trickle(wire: Wire, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  const timer = setInterval(() => {
    if (wire.ending !== undefined || at === bytes.length) clearInterval(timer);
    else void wire.send(bytes.subarray(at, ++at));
  }, 20);
}

describe('a slow client', () => {
  let target: ScriptedTarget;
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    target = await listenAsTarget();
    sidecar = await spawnSidecar({
      TARGET_PORT: String(target.port),
      HEADER_TIMEOUT: `${HEADER_TIMEOUT_MS}ms`,
      IDLE_TIMEOUT: `${IDLE_TIMEOUT_MS}ms`,
    });
  });
  afterEach(() => target.forget());
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  test('that sends its head a byte at a time gets 408 after the header timeout, and no target connection', async () => {
    const client = await dial(sidecar.port);
    const startedAt = performance.now();
    trickle(client, `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(10_000)}`);
    await expect(statusOf(client)).resolves.toBe(408);
    const tookMs = performance.now() - startedAt;
    await expect(client.ended()).resolves.toBe('closed');
    await client.dispose();
    expect(tookMs).toBeGreaterThanOrEqual(HEADER_TIMEOUT_MS - 20);
    expect(tookMs).toBeLessThan(HEADER_TIMEOUT_MS + LATE_MS);
    expect(target.connections).toHaveLength(0);
  });

  test('that stops in the middle of its head gets 408 too', async () => {
    const client = await dial(sidecar.port);
    await client.send(GET.subarray(0, 20));
    await expect(statusOf(client)).resolves.toBe(408);
    await client.dispose();
    expect(target.connections).toHaveLength(0);
  });

  test('gets 408 for its second head, and then its target connection is gone', async () => {
    const client = await dial(sidecar.port);
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    await served.send(OK);
    await client.take(OK);
    trickle(client, `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(10_000)}`);
    await expect(statusOf(client)).resolves.toBe(408);
    await served.ended();
    expect(served.untaken).toHaveLength(0);
    await client.dispose();
  });

  test('that drips empty lines gets 408 or is closed, and no target connection', async () => {
    const client = await dial(sidecar.port);
    trickle(client, '\r\n'.repeat(10_000));
    await client.ended();
    expect(target.connections).toHaveLength(0);
    await client.dispose();
  });

  test('that says nothing at all is closed after the idle timeout, and got no target connection', async () => {
    const startedAt = performance.now();
    const client = await dial(sidecar.port);
    await expect(client.ended()).resolves.toBe('closed');
    expect(performance.now() - startedAt).toBeLessThan(IDLE_TIMEOUT_MS + LATE_MS);
    expect(client.untaken).toHaveLength(0);
    expect(target.connections).toHaveLength(0);
    await client.dispose();
  });

  test('that stays idle between two exchanges is closed after the idle timeout, and so is its target connection', async () => {
    const client = await dial(sidecar.port);
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    await served.send(OK);
    await client.take(OK);
    const idleSince = performance.now();
    await expect(client.ended()).resolves.toBe('closed');
    await expect(served.ended()).resolves.toBe('closed');
    const tookMs = performance.now() - idleSince;
    expect(tookMs).toBeGreaterThanOrEqual(IDLE_TIMEOUT_MS - 20);
    expect(tookMs).toBeLessThan(IDLE_TIMEOUT_MS + LATE_MS);
    expect(client.untaken).toHaveLength(0);
    await client.dispose();
  });

  test('whose heads overlap in what it sends has the header timeout for each of them', async () => {
    const patient = opened(await spawnSidecar({ TARGET_PORT: String(target.port), HEADER_TIMEOUT: '2s' }));
    const client = await dial(patient.port);
    const [start, rest] = [GET.subarray(0, 10), GET.subarray(10)];
    await client.send(start);
    let served: Wire | undefined;
    for (let number = 0; number < 6; number += 1) {
      await delay(500); // the time that each head takes
      await client.send(Buffer.concat([rest, start]));
      served ??= await target.next();
      await served.take(GET);
      await served.send(OK);
      await expect(client.take(OK)).resolves.toBeUndefined();
    }
    await client.dispose();
  });

  test('whose second head has begun behind an upgrade that is refused gets 408 for it', async () => {
    const client = await dial(sidecar.port);
    await client.send(Buffer.concat([UPGRADE, GET.subarray(0, 10)]));
    const served = await target.next();
    await served.take(UPGRADE);
    await served.send(OK);
    await client.take(OK);
    await expect(statusOf(client)).resolves.toBe(408);
    await client.dispose();
  });

  test('whose content takes longer than both timeouts is served: only heads are hurried', async () => {
    const head = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n');
    const client = await dial(sidecar.port);
    await client.send(head);
    trickle(client, 'x'.repeat(100)); // 100 bytes, 20 ms apart: twice the idle timeout
    const served = await target.next();
    await served.take(Buffer.concat([head, Buffer.from('x'.repeat(100))]));
    client.close();
    await served.send(OK);
    await expect(client.take(OK)).resolves.toBeUndefined();
    await client.dispose();
  });

  test('whose answer takes longer than both timeouts gets it', async () => {
    const client = await dial(sidecar.port);
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    const idle = await dial(sidecar.port);
    await idle.ended(); // by this the idle timeout has passed
    await served.send(OK);
    await expect(client.take(OK)).resolves.toBeUndefined();
    await client.dispose();
    await idle.dispose();
  });

  test('is one of many: all get their 408', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => dial(sidecar.port)));
    for (const client of clients) trickle(client, `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(10_000)}`);
    const statuses = await Promise.all(clients.map(statusOf));
    expect(new Set(statuses)).toEqual(new Set([408]));
    await Promise.all(clients.map((client) => client.dispose()));
    expect(target.connections).toHaveLength(0);
  });
});
