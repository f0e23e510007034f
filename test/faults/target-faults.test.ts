import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ClientRequest, type IncomingMessage, get } from 'node:http';
import { freePort, type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { FAULTS, type FaultyTarget, listenAsFaultyTarget } from './faulty-target';

jest.setTimeout(120_000);

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
    const sidecar = await spawnSidecar({ TARGET_PORT: String(port), CONNECT_RETRY_WINDOW: '100ms' });
    await expect(fetchAs(sidecar.port, '/')).resolves.toBe('503');
    const target = await listenAsFaultyTarget(port);
    await expect(fetchAs(sidecar.port, '/closes-in-a-length')).resolves.toBe('cut off');
    await sidecar.close();
    await target.close();
  });

  test('is waited for within the retry window', async () => {
    const port = await freePort();
    const sidecar = await spawnSidecar({ TARGET_PORT: String(port), CONNECT_RETRY_WINDOW: '10s' });
    const fetched = fetchAs(sidecar.port, '/closes-before-a-head');
    const target = await listenAsFaultyTarget(port);
    await expect(fetched).resolves.toBe('502');
    await sidecar.close();
    await target.close();
  });
});
