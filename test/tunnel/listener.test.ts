import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CONNECTION_BYTES } from '../../src/memory/memory-budget';
import { Listener } from '../../src/tunnel/listener';
import { DEFAULT_TUNNEL_SETTINGS } from '../../src/tunnel/settings';
import { type Answer, readAnswer, valuesOf } from '../support/answer';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { listenAsTarget } from '../support/scripted-target';
import { type Wire } from '../support/wire';
import { type Ends, GET, OK, listenerParts, startListener } from '../support/listening';

const opened = closeAfterEach();

/** Longer than anything here takes: a drain that lasts this long has not noticed its end. */
const LONG_MS = 60_000;

function newListener(): Listener {
  const listener = new Listener({ ...listenerParts(), settings: { ...DEFAULT_TUNNEL_SETTINGS, targetPort: 1 } });
  opened({ close: () => listener.drain(0) });
  return listener;
}

const whyNotConnected = async (port: number): Promise<string | undefined> => {
  const socket = connect(port, '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

async function takeAnswer(client: Wire): Promise<Answer | undefined> {
  return readAnswer(await client.takeSome((bytes) => readAnswer(bytes)?.length, 'an answer'));
}

async function serve({ client, served }: Ends): Promise<void> {
  await served.send(OK);
  await client.take(OK);
}

/** Both peers close their halves, as well-behaved ones do once they have been told goodbye. */
async function part({ client, served }: Ends): Promise<void> {
  expect([await client.ended(), await served.ended()]).toEqual(['closed', 'closed']);
  client.close();
  served.close();
}

describe('start', () => {
  test('answers the address, with the port that the system chose', async () => {
    const listener = newListener();
    const address = await listener.start(0, '127.0.0.1');
    expect(address).toEqual({ address: '127.0.0.1', family: 'IPv4', port: expect.any(Number) });
    const socket = connect(address.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await eventually(
      () => listener.counts.total,
      (total) => total === 1,
    );
  });

  test('fails where somebody else listens, with the code of the system, and may be tried again', async () => {
    const busy = await listenAsTarget();
    const listener = newListener();
    const start = (): Promise<unknown> => listener.start(busy.port, '127.0.0.1');
    await expect(start()).rejects.toMatchObject({ code: 'EADDRINUSE', port: busy.port });
    await busy.close();
    await expect(start()).resolves.toMatchObject({ port: busy.port });
  });

  test('fails where the address is not one of this machine', async () => {
    await expect(newListener().start(0, '192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});

describe('one connection more than there may be', () => {
  test('is answered 503 before it has asked for anything, and counted, and the target never hears of it', async () => {
    const { listener, ended, target, ...started } = opened(await startListener({ maxConnections: 1 }));
    const first = await started.ask();
    const surplus = await started.dial();
    const answer = await takeAnswer(surplus);
    expect(answer).toMatchObject({ status: 503, content: Buffer.from(String(answer?.content)) });
    expect(String(answer?.content)).toContain('as many connections as it can serve');
    expect(['Connection', 'Retry-After', 'Proxy-Status'].map((name) => answer && valuesOf(answer, name))).toEqual([
      ['close'],
      ['2'],
      ['ambassador; error=connection_limit_reached'],
    ]);
    expect(await surplus.ended()).toBe('closed');
    expect(listener.counts).toMatchObject({ open: 1, total: 2, refused: 1, evicted: 0 });
    expect(ended).toEqual([
      expect.objectContaining({
        sentStatus: 503,
        termination: 'rejected:too-many-connections',
        client: { clientAddress: '127.0.0.1', clientPort: surplus.localPort },
      }),
    ]);
    expect(target.connections).toHaveLength(1);
    await serve(first);
  });

  test('that resets at once is no trouble', async () => {
    const { listener, ended, ...started } = opened(await startListener({ maxConnections: 1 }));
    const first = await started.ask();
    const surplus = await started.dial();
    surplus.reset();
    await eventually(
      () => listener.counts.refused,
      (refused) => refused === 1,
    );
    expect(ended.map(({ termination }) => termination)).toEqual(['rejected:too-many-connections']);
    await serve(first);
  });

  test('is welcome again once another has left', async () => {
    const { listener, ...started } = opened(await startListener({ maxConnections: 1 }));
    const first = await started.ask();
    await serve(first);
    first.client.reset();
    // The target hears of it in the moment in which the place becomes free.
    await first.served.ended();
    await serve(await started.ask());
    expect(listener.counts).toMatchObject({ open: 1, total: 2, refused: 0, evicted: 0 });
  });
});

describe('drain', () => {
  test('with nothing open is done at once, and accepts nobody any more', async () => {
    const { listener, port } = opened(await startListener());
    await expect(listener.drain(LONG_MS)).resolves.toBe(0);
    await expect(whyNotConnected(port)).resolves.toBe('ECONNREFUSED');
  });

  test('closes who is idle or has said nothing, and lets who is busy finish', async () => {
    const { listener, port, ...started } = opened(await startListener());
    const idle = await started.ask();
    await serve(idle);
    const busy = await started.ask();
    const silent = await started.dial();
    await eventually(
      () => listener.counts.open,
      (open) => open === 3,
    );

    const drained = listener.drain(LONG_MS);
    await part(idle);
    expect(await silent.ended()).toBe('closed');
    silent.close();
    await expect(whyNotConnected(port)).resolves.toBe('ECONNREFUSED');
    expect([busy.client.ending, busy.served.ending]).toEqual([undefined, undefined]);

    await busy.served.send(OK);
    const answer = await takeAnswer(busy.client);
    expect(answer).toMatchObject({ status: 200, content: Buffer.from('ok') });
    expect(answer && valuesOf(answer, 'Connection')).toEqual(['close']);
    await part(busy);
    await expect(drained).resolves.toBe(0);
    expect(listener.counts.open).toBe(0);
  });

  test('waits for the rest of a head that has begun', async () => {
    const { listener, target, ...started } = opened(await startListener());
    const client = await started.dial();
    const other = await started.ask();
    await client.send(GET.subarray(0, 10));
    // What the other one asks is read after what came before it.
    await serve(other);
    await other.client.send(GET);
    await other.served.take(GET);
    const drained = listener.drain(LONG_MS);
    await client.send(GET.subarray(10));
    const served = await target.next();
    await served.take(GET);
    for (const ends of [other, { client, served }]) {
      await ends.served.send(OK);
      expect(await takeAnswer(ends.client)).toMatchObject({ status: 200 });
      await part(ends);
    }
    await expect(drained).resolves.toBe(0);
  });

  test('cuts off who is not done when the time is up, so that both peers can tell, and says how many', async () => {
    const { listener, ended, ...started } = opened(await startListener());
    const [first, second] = [await started.ask(), await started.ask()];
    await second.served.send(OK.subarray(0, -1));
    await second.client.take(OK.subarray(0, -1));
    await expect(listener.drain(0)).resolves.toBe(2);
    for (const { client, served } of [first, second]) {
      expect([await client.ended(), await served.ended()]).toEqual(['reset', 'reset']);
    }
    expect(ended.map(({ termination, sentStatus }) => [termination, sentStatus])).toEqual([
      ['drained', 0],
      ['drained', 200],
    ]);
    expect(listener.counts.open).toBe(0);
  });

  test('may be hurried: one that was begun before ends with the one that cuts off', async () => {
    const { listener, ...started } = opened(await startListener());
    await started.ask();
    const patient = listener.drain(LONG_MS);
    await expect(listener.drain(0)).resolves.toBe(1);
    await expect(patient).resolves.toBe(0);
  });
});

test('A connection that does not fit into the memory budget takes the place of one without progress.', async () => {
  const here = opened(await startListener({ memoryBytes: 2.2 * CONNECTION_BYTES }));
  const first = await here.dial();
  await first.send(Buffer.from('GET / HT'));
  await here.dial();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await here.dial();
  await eventually(
    () => here.listener.counts.evicted,
    (evicted) => evicted > 0,
  );
  await expect(first.ended()).resolves.toBeDefined();
  expect(here.ended).toMatchObject([{ termination: 'memory-exhausted', sentStatus: 503 }]);
});
