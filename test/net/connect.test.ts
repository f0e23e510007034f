import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { openAccount } from '../support/memory-account';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from '../../src/tunnel/settings';
import { type Attempt, connectTarget } from '../../src/net/connect';
import { type TargetFailure } from '../../src/tunnel/termination';

type Outcome =
  | { readonly is: 'connected'; readonly socket: Socket }
  | { readonly is: 'failed'; readonly failure: TargetFailure; readonly code: string | undefined };

/** An attempt, all it says, and a promise of the first thing it says. */
interface Watched {
  readonly attempt: Attempt;
  readonly said: readonly Outcome[];
  readonly first: Promise<Outcome>;
}

const HOST = '127.0.0.1';
const open: { readonly servers: Server[]; readonly sockets: Socket[] } = { servers: [], sockets: [] };

afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy();
  await Promise.all(open.servers.splice(0).map((server) => once(server.close(), 'close')));
});

function watch(settings: Partial<TunnelSettings>, now: () => number = () => performance.now()): Watched {
  const said: Outcome[] = [];
  let attempt: Attempt | undefined;
  const first = new Promise<Outcome>((resolve) => {
    const say = (outcome: Outcome): void => {
      said.push(outcome);
      resolve(outcome);
    };
    attempt = connectTarget({ ...DEFAULT_TUNNEL_SETTINGS, targetPort: 0, ...settings }, now, {
      onBytes: () => true,
      account: openAccount(),
      connected(socket) {
        open.sockets.push(socket);
        say({ is: 'connected', socket });
      },
      failed: (failure, { code }) => say({ is: 'failed', failure, code }),
    });
  });
  if (attempt === undefined) throw new Error('no attempt was made');
  return { attempt, said, first };
}

async function listen(port: number): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  open.servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** Waits until whatever was begun on this port before must have been refused: refusals come in order. */
async function refusedOnce(port: number): Promise<void> {
  const probe = connect({ host: HOST, port });
  await once(probe, 'error');
}

test('a target that listens is connected to, and the socket is handed over without a listener of ours', async () => {
  const targetPort = await listen(0);
  const { first, said } = watch({ targetPort });
  const outcome = await first;
  if (outcome.is !== 'connected') throw new Error(outcome.failure);
  const { socket } = outcome;
  expect(said).toHaveLength(1);
  expect([socket.listenerCount('error'), socket.listenerCount('connect')]).toEqual([0, 0]);
  expect([socket.remotePort, socket.allowHalfOpen]).toEqual([targetPort, true]);
});

test('a target that refuses and opens its port within the window is connected to', async () => {
  const targetPort = await freePort();
  let looks = 0;
  // The clock is looked at once at the beginning, and once for every refusal.
  const now = (): number => {
    looks += 1;
    if (looks === 3) void listen(targetPort);
    return 0;
  };
  const { first, said } = watch({ targetPort, connectRetryWindowMs: 1000 }, now);
  expect(await first).toMatchObject({ is: 'connected' });
  expect(said).toHaveLength(1);
  expect(looks).toBeGreaterThanOrEqual(3);
});

test('a target that refuses beyond the window is refused', async () => {
  const targetPort = await freePort();
  let nowMs = 0;
  const looks: number[] = [];
  const now = (): number => {
    looks.push(nowMs);
    nowMs += 40;
    return nowMs;
  };
  const { first, said } = watch({ targetPort, connectRetryWindowMs: 150 }, now);
  expect(await first).toEqual({ is: 'failed', failure: 'target-refused', code: 'ECONNREFUSED' });
  expect(said).toHaveLength(1);
  // It began at 40, so the window ends at 190. Refused at 80 it may wait 25, at 120 it may wait 50; at 160, 100 is too long.
  expect(looks).toHaveLength(4);
});

test('without a window the first refusal is the last', async () => {
  const targetPort = await freePort();
  const { first } = watch({ targetPort, connectRetryWindowMs: 0 });
  expect(await first).toEqual({ is: 'failed', failure: 'target-refused', code: 'ECONNREFUSED' });
});

test('a name with several addresses that all refuse is refused', async () => {
  const targetPort = await freePort();
  const { first } = watch({ targetPort, targetHost: 'localhost', connectRetryWindowMs: 0 });
  expect(await first).toMatchObject({ is: 'failed', failure: 'target-refused' });
});

test('a target that no way leads to is unreachable at once, and not tried again', async () => {
  // No connection can be made to everybody, on any system.
  const { first, said } = watch({ targetPort: 9, targetHost: '255.255.255.255' }, () => 0);
  expect(await first).toMatchObject({ is: 'failed', failure: 'target-unreachable' });
  expect(said).toHaveLength(1);
});

test('an attempt that is abandoned while it connects says nothing', async () => {
  const targetPort = await listen(0);
  const { attempt, said } = watch({ targetPort });
  attempt.abandon();
  // A connection that was begun later is there: the abandoned one would have been before it.
  const later = connect({ host: HOST, port: targetPort });
  open.sockets.push(later);
  await once(later, 'connect');
  expect(said).toEqual([]);
});

test('an attempt that is abandoned while it is refused says nothing, and throws nothing', async () => {
  const targetPort = await freePort();
  const { attempt, said } = watch({ targetPort });
  attempt.abandon();
  await refusedOnce(targetPort);
  expect(said).toEqual([]);
});

test('an attempt that is abandoned between two tries makes no further one', async () => {
  const targetPort = await freePort();
  let refused = (): void => undefined;
  const wasRefused = new Promise<void>((resolve) => (refused = resolve));
  let looks = 0;
  const { attempt, said } = watch({ targetPort }, () => {
    looks += 1;
    if (looks === 2) refused();
    return 0;
  });
  await wasRefused;
  attempt.abandon();
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await refusedOnce(targetPort);
  expect([said, looks, timers()]).toEqual([[], 2, before]);
});
