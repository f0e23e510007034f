import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { statusOf } from '../support/answer';
import { eventually } from '../support/eventually';
import { type ScriptedTarget, listenAsTarget } from '../support/scripted-target';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(120_000);

/** Far above the time that a busy machine lets a process wait. */
const PROGRESS_TIMEOUT_MS = 2_000;
/** More than the kernel buffers of two connections hold. */
const LARGE_BYTES = 24 * 1024 * 1024;
const STEP_MS = 200;
const STEPS = 15;

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const OK_CLOSING = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
const LARGE = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE_BYTES}\r\n\r\n`),
  Buffer.alloc(LARGE_BYTES, 'x'),
]);

describe('The progress timeout', () => {
  let target: ScriptedTarget;
  let sidecar: SidecarProcess;
  let testNumber = 0;
  let get = Buffer.alloc(0);

  const post = (framing: string): Buffer =>
    Buffer.from(`POST /${testNumber} HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`);

  beforeAll(async () => {
    target = await listenAsTarget();
    sidecar = await spawnSidecar({
      TARGET_PORT: String(target.port),
      PROGRESS_TIMEOUT: `${PROGRESS_TIMEOUT_MS}ms`,
      LOG_LEVEL: 'info',
    });
  });
  beforeEach(() => {
    testNumber++;
    get = Buffer.from(`GET /${testNumber} HTTP/1.1\r\nHost: a\r\n\r\n`);
  });
  afterEach(() => target.forget());
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  /** The terminations of the exchanges of this test, of which there must be so many. */
  async function terminations(count: number): Promise<string[]> {
    const records = (): string[] => sidecar.lines.filter((line) => line.includes(`"/${testNumber}"`));
    const lines = await eventually(records, ({ length }) => length >= count);
    return lines.map((line) => (JSON.parse(line) as { termination: string }).termination);
  }

  const termination = async (): Promise<string> => (await terminations(1)).join();

  /** Sends or takes a little at a time, never silent for as long as the timeout, and altogether for longer. */
  async function steadily(step: (number: number) => Promise<void> | void): Promise<void> {
    for (let number = 0; number < STEPS; number++) {
      await step(number);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }

  async function exchange(request: Buffer): Promise<{ client: Wire; served: Wire }> {
    const client = await dial(sidecar.port);
    await client.send(request);
    return { client, served: await target.next() };
  }

  test('answers 408 to a request whose content stops arriving, at every place where it can stop.', async () => {
    const stalls = [
      ['Content-Length: 5', ''],
      ['Content-Length: 5', 'ab'],
      ['Transfer-Encoding: chunked', ''],
      ['Transfer-Encoding: chunked', '1'],
      ['Transfer-Encoding: chunked', '5\r\nab'],
      ['Transfer-Encoding: chunked', '1\r\na\r\n'],
      ['Transfer-Encoding: chunked', '0\r\nX: y\r\n'],
    ] as const;
    const outcomes = stalls.map(async ([framing, content]) => {
      const client = await dial(sidecar.port);
      await client.send(Buffer.concat([post(framing), Buffer.from(content)]));
      const status = await statusOf(client);
      const ending = await client.ended();
      await client.dispose();
      return [framing, content, status, ending];
    });
    await expect(Promise.all(outcomes)).resolves.toStrictEqual(stalls.map((stall) => [...stall, 408, 'closed']));
    await Promise.all(target.connections.map((served) => expect(served.ended()).resolves.toBe('reset')));
    await expect(terminations(stalls.length)).resolves.toStrictEqual(stalls.map(() => 'rejected:content-timeout'));
  });

  test('keeps a complete response whose request never becomes complete.', async () => {
    const { client, served } = await exchange(post('Content-Length: 5'));
    await served.take(post('Content-Length: 5'));
    await served.send(Buffer.from(OK));
    await client.take(OK_CLOSING);
    await expect(client.ended()).resolves.toBe('closed');
    await expect(served.ended()).resolves.toBe('closed');
    await expect(termination()).resolves.toBe('ok');
    await client.dispose();
  });

  test('closes a connection whose client takes nothing of a response that is still arriving.', async () => {
    const client = await dial(sidecar.port);
    client.pause();
    await client.send(get);
    const served = await target.next();
    await served.take(get);
    await served.send(LARGE);
    await served.ended();
    await expect(termination()).resolves.toBe('client-stalled');
    client.resume();
    await expect(client.ended()).resolves.toBe('reset');
    await client.dispose();
  });

  test('closes a connection whose client takes nothing of a response that has arrived completely.', async () => {
    const { sockets: before } = sidecar.descriptors();
    const client = await dial(sidecar.port);
    client.pause();
    await client.send(get);
    const served = await target.next();
    await served.take(get);
    await served.send(Buffer.from(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n`), Buffer.alloc(LARGE_BYTES, 'x'));
    served.close();
    await served.ended();
    await eventually(
      () => sidecar.descriptors().sockets,
      (sockets) => sockets === before,
    );
    client.resume();
    await expect(client.ended()).resolves.toBe('reset');
    await client.dispose();
  });

  test('answers 504 where the target takes nothing of the request content.', async () => {
    const client = await dial(sidecar.port);
    await client.send(post(`Content-Length: ${LARGE_BYTES}`));
    const served = await target.next();
    served.pause();
    await client.send(Buffer.alloc(LARGE_BYTES, 'x'));
    await expect(statusOf(client)).resolves.toBe(504);
    await expect(termination()).resolves.toBe('target-stalled');
    await client.dispose();
  });

  test('leaves content alone that arrives slowly and steadily.', async () => {
    const head = post(`Content-Length: ${STEPS}`);
    const { client, served } = await exchange(head);
    await steadily(() => client.send(Buffer.from('x')));
    await served.take(Buffer.concat([head, Buffer.alloc(STEPS, 'x')]));
    await served.send(Buffer.from(OK));
    await expect(statusOf(client)).resolves.toBe(200);
    await expect(termination()).resolves.toBe('ok');
    await client.dispose();
  });

  test('leaves a client alone that reads slowly and steadily.', async () => {
    const client = await dial(sidecar.port);
    client.pause();
    await client.send(get);
    const served = await target.next();
    await served.take(get);
    await served.send(LARGE);
    let taken = 0;
    await steadily(async () => {
      client.resume();
      const some = await client.takeSome(({ length }) => (length > 0 ? length : undefined), 'some content');
      client.pause();
      expect(some.equals(LARGE.subarray(taken, taken + some.length))).toBe(true);
      taken += some.length;
    });
    expect(taken).toBeLessThan(LARGE.length);
    expect([client.ending, served.ending]).toStrictEqual([undefined, undefined]);
    await client.dispose();
  });

  test('leaves a target alone that thinks for a long time.', async () => {
    const { client, served } = await exchange(get);
    await served.take(get);
    await new Promise((resolve) => setTimeout(resolve, 3 * PROGRESS_TIMEOUT_MS));
    await served.send(Buffer.from(OK));
    await expect(statusOf(client)).resolves.toBe(200);
    await client.dispose();
  });
});
