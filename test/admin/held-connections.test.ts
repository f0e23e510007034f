import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenAdmin, openAdmin } from '../support/open-admin';

let open: OpenAdmin;
let held: Socket[];

beforeEach(async () => {
  held = [];
  open = await openAdmin({ isLoopbackOnly: false });
  open.metricsText = `${'x'.repeat(99)}\n`.repeat(5000);
});
afterEach(async () => {
  for (const socket of held) socket.destroy();
  await open.admin.close();
});

const requestOf = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** What a client does with a connection that it means to hold. */
const MANNERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'idle after a request': (socket) => {
    socket.resume();
    socket.write(requestOf('/livez'));
  },
  'silent from the start': () => undefined,
  'slow to send their head': (socket) => {
    socket.write('G');
    const timer = setInterval(() => socket.write('x'), 1000);
    socket.on('close', () => clearInterval(timer));
  },
  'not reading /metrics': (socket) => {
    socket.pause();
    socket.write(requestOf('/metrics'));
  },
  'not reading an event stream': (socket) => {
    socket.pause();
    socket.write(requestOf('/events'));
  },
};

async function hold(count: number, manner: (socket: Socket) => void): Promise<void> {
  for (let left = count; left > 0; left -= 100) {
    await Promise.all(
      Array.from({ length: Math.min(left, 100) }, async () => {
        const socket = connect(open.port, '127.0.0.1');
        held.push(socket);
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        manner(socket);
      }),
    );
  }
}

/** A probe on a fresh connection: its whole response. */
async function probe(path = '/livez'): Promise<string> {
  const socket = connect(open.port, '127.0.0.1');
  held.push(socket);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: kube-probe/1.33\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

describe.each(Object.entries(MANNERS))('while others hold connections that are %s', (_name, manner) => {
  test.each([64, 500, 3000])(
    'every probe is answered: %d connections',
    async (count) => {
      await hold(count, manner);
      for (const path of ['/livez', '/readyz', '/startupz', '/livez']) {
        expect(await probe(path)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      }
      await hold(200, manner);
      expect(await probe()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    },
    30_000,
  );
});

describe('a connection that keeps a probe from being answered', () => {
  test('does not exist: a probe that waits for the target is answered after 1000 others came and stayed', async () => {
    let answer: (problem: string | undefined) => void = () => undefined;
    open.state.targetProblem = new Promise((resolve) => (answer = resolve));
    const waiting = probe('/readyz');
    await hold(1000, () => undefined);
    // The connections are accepted one after another: this probe comes behind them.
    expect(await probe('/livez')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    answer(undefined);
    expect(await waiting).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ready\n$/);
    expect(open.crowded.length).toBeGreaterThan(800);
    expect(new Set(open.crowded)).toEqual(new Set(['127.0.0.1']));
  });
});

describe('a client of the admin port', () => {
  test('that takes longer than five seconds for its head is dropped', async () => {
    await hold(1, (socket) => socket.write('GET /livez HTTP/1.1\r\nHost:'));
    const startedAt = performance.now();
    for (const socket of held) await new Promise((resolve) => socket.resume().on('close', resolve));
    expect(performance.now() - startedAt).toBeGreaterThan(4000);
    expect(performance.now() - startedAt).toBeLessThan(9000);
  }, 15_000);

  test('that sends its head in a hundred pieces or more is dropped', async () => {
    const socket = connect(open.port, '127.0.0.1').setNoDelay(true);
    held.push(socket);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.resume().on('close', resolve));
    socket.write('GET /livez HTTP/1.1\r\nX: ');
    const timer = setInterval(() => socket.write('x'), 5);
    const startedAt = performance.now();
    await closed;
    clearInterval(timer);
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  test('that does not read a long answer holds it for some seconds and no longer', async () => {
    open.metricsText = open.metricsText.repeat(20);
    await hold(1, MANNERS['not reading /metrics'] ?? (() => undefined));
    await delay(13_000);
    let received = 0;
    for (const socket of held) {
      socket.on('data', (bytes: Buffer) => (received += bytes.length));
      await new Promise((resolve) => socket.resume().on('close', resolve));
    }
    expect(received).toBeLessThan(open.metricsText.length);
  }, 20_000);

  test('gets the whole of a long answer when it reads slowly', async () => {
    const socket = connect(open.port, '127.0.0.1');
    held.push(socket);
    socket.write(requestOf('/metrics'));
    let received = 0;
    for await (const bytes of socket) {
      received += (bytes as Buffer).length;
      await delay(5);
    }
    expect(received).toBeGreaterThan(open.metricsText.length);
  });
});

test('a flood of scrapes is answered by few renderings', async () => {
  await Promise.all(Array.from({ length: 200 }, () => probe('/metrics').catch(() => '')));
  expect(open.scrapes).toBeLessThan(40);
});
