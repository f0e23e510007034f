import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type ClientRequest, type IncomingMessage, get } from 'node:http';
import { closeAfterEach } from '../support/close-after-each';
import { freePort } from '../support/free-port';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { dial } from '../support/wire';
import { FAULTS, type FaultyTarget, listenAsFaultyTarget } from '../support/faulty-target';

jest.setTimeout(120_000);

const opened = closeAfterEach();

/** What a client that reads HTTP is left with: a whole response, or the knowledge that it is not whole. */
async function fetchAs(port: number, path: string): Promise<string> {
  const request = get({ port, host: '127.0.0.1', path, agent: false });
  const failures: Error[] = [];
  request.on('error', (error) => failures.push(error));
  // Node takes a reset that comes together with bytes for an end, but after a reset there is no peer any more.
  request.on('response', ({ socket }) => {
    socket.once('end', () => {
      if (socket.remoteAddress === undefined) failures.push(new Error('reset'));
    });
  });
  const closed = new Promise<undefined>((resolve) => request.on('close', () => resolve(undefined)));
  const response = await Promise.race([responseTo(request), closed]);
  await closed;
  return response?.complete === true && failures.length === 0 ? String(response.statusCode) : 'cut off';
}

/** Resolves with the response, whose content is read and thrown away; never, if there is none. */
function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve) => {
    request.on('response', (response) => {
      response.on('error', () => undefined); // `complete` says it
      resolve(response.resume());
    });
  });
}

describe('a client that speaks HTTP can tell a message that was cut off from a whole one', () => {
  let target: FaultyTarget;
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    target = await listenAsFaultyTarget();
    sidecar = await spawnSidecar({ TARGET_PORT: String(target.port) });
  });
  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  const told = Object.entries(FAULTS).filter(([, { client }]) => client !== 'waiting');
  test.each(told)('when the target %s', async (name, { client }) => {
    await expect(fetchAs(sidecar.port, `/${name}`)).resolves.toBe(client);
  });
});

describe('a target that does not listen', () => {
  test('is 503 after the retry window, and served once it listens', async () => {
    const port = await freePort();
    const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(port), CONNECT_RETRY_WINDOW: '100ms' }));
    await expect(fetchAs(sidecar.port, '/')).resolves.toBe('503');
    opened(await listenAsFaultyTarget(port));
    await expect(fetchAs(sidecar.port, '/closes-in-a-length')).resolves.toBe('cut off');
  });

  test('is waited for within the retry window', async () => {
    const port = await freePort();
    const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(port), CONNECT_RETRY_WINDOW: '10s' }));
    const fetched = fetchAs(sidecar.port, '/closes-before-a-head');
    opened(await listenAsFaultyTarget(port));
    await expect(fetched).resolves.toBe('502');
  });
});

/** What many servers do with content that they do not want: they answer, and close without having read it. */
async function listenAsRefuser(): Promise<{ readonly port: number; close(): void }> {
  const refusal = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.pause();
      socket.write(refusal, () => socket.destroy()); // with bytes unread: the kernel resets behind the answer
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('a target that answers early and closes without reading on: the client gets the answer', async () => {
  const target = opened(await listenAsRefuser());
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(target.port) }));
  const content = Buffer.alloc(3_000_000, 'x');
  const head = Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${content.length}\r\n\r\n`);
  const answers = [];
  for (let number = 0; number < 20; number += 1) {
    const client = await dial(sidecar.port);
    await client.send(Buffer.concat([head, content]));
    await client.ended();
    answers.push(client.untaken.toString().slice(0, 12), client.untaken.toString().slice(-3));
    await client.dispose();
  }
  expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 413', 'big']));
});
