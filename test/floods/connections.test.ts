import { describe, expect, jest, test } from '@jest/globals';
import { readAnswer, valuesOf } from '../support/answer';
import { closeAfterEach } from '../support/close-after-each';
import { type CountingTarget, listenAsCountingTarget } from '../support/counting-target';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';

jest.setTimeout(120_000);

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

const opened = closeAfterEach();

async function start(
  options: { readonly maxOpenFiles?: number },
  settings: Readonly<Record<string, string>>,
): Promise<{ target: CountingTarget; sidecar: SidecarProcess }> {
  const target = opened(await listenAsCountingTarget(OK));
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(target.port), ...settings }, options));
  return { target, sidecar };
}

const dialMany = (port: number, count: number): Promise<Wire[]> =>
  Promise.all(Array.from({ length: count }, () => dial(port)));

const leave = async (clients: readonly Wire[]): Promise<void> => {
  await Promise.all(clients.map((client) => client.dispose()));
};

async function exchange(client: Wire): Promise<void> {
  await client.send(GET);
  await client.take(OK);
}

const isServed = async (port: number): Promise<boolean> => {
  const client = await dial(port);
  return exchange(client)
    .then(
      () => true,
      () => false,
    )
    .finally(() => client.dispose());
};

describe('more connections than MAX_CONNECTIONS', () => {
  test('get 503 at once, without having said anything, while the others are served', async () => {
    const { sidecar, target } = await start({}, { MAX_CONNECTIONS: '10' });
    const welcome = await dialMany(sidecar.port, 10);
    await Promise.all(welcome.map(exchange));

    const startedAt = performance.now();
    const surplus = await dialMany(sidecar.port, 200);
    const answers = await Promise.all(
      surplus.map(async (client) =>
        readAnswer(await client.takeSome((bytes) => readAnswer(bytes)?.length, 'an answer')),
      ),
    );
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await Promise.all(surplus.map((client) => client.ended()));
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([503]));
    expect(answers.every((answer) => answer !== undefined && valuesOf(answer, 'Connection')[0] === 'close')).toBe(true);
    expect(answers.every((answer) => answer !== undefined && valuesOf(answer, 'Retry-After').length === 1)).toBe(true);

    await Promise.all(welcome.map(exchange));
    expect(target.requests).toBe(20);
    await leave([...welcome, ...surplus]);
  });

  test('are served again as soon as others have left', async () => {
    const { sidecar } = await start({}, { MAX_CONNECTIONS: '2' });
    const [first, second] = await dialMany(sidecar.port, 2);
    if (first === undefined || second === undefined) throw new Error('two were dialled');
    await exchange(first);
    await exchange(second);
    await first.dispose();
    await expect(eventually(() => isServed(sidecar.port), Boolean)).resolves.toBe(true);
    await exchange(second);
    await second.dispose();
  });

  test('that send a request read their 503 too', async () => {
    const { sidecar } = await start({}, { MAX_CONNECTIONS: '1' });
    const first = await dial(sidecar.port);
    await exchange(first);
    const second = await dial(sidecar.port);
    await second.send(Buffer.concat([GET, Buffer.alloc(200_000, 'x')]));
    const bytes = await second.takeSome((received) => readAnswer(received)?.length, 'an answer');
    expect(readAnswer(bytes)?.status).toBe(503);
    await leave([first, second]);
  });
});

describe('no file descriptor left', () => {
  const MAX_CROWDED = 1_000;
  const timesOf = (lines: readonly string[]): number[] =>
    lines
      .filter((line) => line.includes('EMFILE'))
      .map((line) => (JSON.parse(line) as { time: number | string }).time)
      .map((time) => new Date(time).getTime());

  test('the process lives, says so once a second at most, and recovers', async () => {
    const { sidecar, target } = await start({ maxOpenFiles: 80 }, { CONNECT_RETRY_WINDOW: '50ms' });
    const atRest = sidecar.descriptors();
    const crowds: Wire[] = [];
    const startedAt = performance.now();
    while (performance.now() - startedAt < 2_500) {
      const crowd = await dialMany(sidecar.port, 50);
      for (const client of crowd) await client.send(GET);
      crowds.push(...crowd);
      await Promise.race(
        crowd.map((client) => client.until(() => client.untaken.length > 0 || client.ending !== undefined, 'anything')),
      );
      // On a fast machine this process would run out of descriptors itself.
      if (crowds.length > MAX_CROWDED) await leave(crowds.splice(0, crowd.length));
    }
    expect(sidecar.isAlive).toBe(true);
    await leave(crowds);

    await expect(eventually(() => isServed(sidecar.port), Boolean)).resolves.toBe(true);
    await eventually(
      () => sidecar.descriptors(),
      ({ all }) => all <= atRest.all,
    );
    expect(target.requests).toBeGreaterThan(0);
    const times = timesOf(sidecar.lines);
    expect(times.length).toBeGreaterThan(0);
    const gapsMs = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gapsMs.filter((gapMs) => gapMs < 900)).toEqual([]);
  });

  test('connections that say nothing take the last one, and leave it again', async () => {
    const { sidecar } = await start({ maxOpenFiles: 80 }, { CONNECT_RETRY_WINDOW: '50ms' });
    const crowd = await dialMany(sidecar.port, 300);
    expect(sidecar.isAlive).toBe(true);
    await leave(crowd);
    await expect(eventually(() => isServed(sidecar.port), Boolean)).resolves.toBe(true);
  });
});
