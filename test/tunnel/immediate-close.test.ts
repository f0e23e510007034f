import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Socket } from 'node:net';
import { eventually } from '../support/eventually';
import { type Ends, type Listening, OK, startListener } from '../support/listening';

let listening: Listening | undefined;

afterEach(() => listening?.close());

async function ask(request: string): Promise<Ends & { readonly here: Listening }> {
  const here = await startListener();
  listening = here;
  const client = await here.dial();
  await client.send(Buffer.from(request));
  const served = await here.target.next();
  await served.take(Buffer.from(request));
  return { client, served, here };
}

/** Sooner than a tunnel gives up on peers that do not close. */
const SOON_MS = 2_000;

const isClosed = ({ listener }: Listening): Promise<number> =>
  eventually(
    () => listener.counts.open,
    (open) => open === 0,
    SOON_MS,
  );

const LAST = 'Host: a\r\nConnection: close\r\n\r\n';

describe('a connection whose client has said that it asks no more', () => {
  test.each(['GET / HTTP/1.1\r\n' + LAST, 'GET / HTTP/1.0\r\n\r\n', 'DELETE /1 HTTP/1.1\r\n' + LAST])(
    'is closed behind the answer, and waits for nobody: %j',
    async (request) => {
      const { client, served, here } = await ask(request);
      await served.send(OK);
      await client.take(OK);
      expect(await Promise.all([client.ended(), served.ended()])).toEqual(['closed', 'closed']);
      await isClosed(here);
      expect(here.ended.map(({ termination }) => termination)).toEqual(['ok']);
    },
  );

  test('is not closed while the client may still be sending content', async () => {
    const request = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab';
    const { client, served, here } = await ask(request);
    await served.send(OK);
    await client.take(OK);
    expect(await client.ended()).toBe('closed');
    await client.send(Buffer.from('\r\n'));
    expect(here.listener.counts.open).toBe(1);
    client.close();
    served.close();
    await isClosed(here);
  });

  test('is not closed while the target may be sending what no answer to HEAD has', async () => {
    const { client, served, here } = await ask('HEAD / HTTP/1.1\r\n' + LAST);
    await served.send(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'));
    await client.takeSome(({ length }) => length || undefined, 'a head');
    expect(await served.ended()).toBe('closed');
    expect(here.listener.counts.open).toBe(1);
    await client.dispose();
    served.close();
    await isClosed(here);
  });

  test('is not closed before the client has read a long answer', async () => {
    const { client, served, here } = await ask('GET / HTTP/1.1\r\n' + LAST);
    client.pause();
    const content = Buffer.alloc(12 * 1024 * 1024, 'x');
    const answer = Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`),
      content,
    ]);
    await served.send(answer);
    expect(here.listener.counts.open).toBe(1);
    client.resume();
    expect(await client.ended()).toBe('closed');
    expect(client.untaken.equals(answer)).toBe(true);
    client.close();
    served.close();
    await isClosed(here);
  });
});

test('the kernel is asked to look after a connection once it has lived a while', async () => {
  const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
  try {
    listening = await startListener({ responseTimeoutMs: 5_000 });
    const { client, served } = await listening.ask();
    expect(keepAlive).not.toHaveBeenCalled();
    await eventually(
      () => keepAlive.mock.calls.length,
      (calls) => calls === 2,
    );
    expect(keepAlive.mock.calls).toEqual([
      [true, 60_000],
      [true, 60_000],
    ]);
    expect(new Set(keepAlive.mock.contexts.map((socket) => (socket as Socket).localPort))).not.toContain(undefined);
    await served.send(OK);
    await client.take(OK);
  } finally {
    keepAlive.mockRestore();
  }
});

test('so it is where the target is connected to only later', async () => {
  const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
  const calls = (count: number): Promise<number> =>
    eventually(
      () => keepAlive.mock.calls.length,
      (seen) => seen === count,
    );
  try {
    listening = await startListener({ responseTimeoutMs: 5_000 });
    const client = await listening.dial();
    await calls(1);
    expect(listening.target.connections).toEqual([]);
    await client.send(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const served = await listening.target.next();
    await calls(2);
    await served.send(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'));
  } finally {
    keepAlive.mockRestore();
  }
});
