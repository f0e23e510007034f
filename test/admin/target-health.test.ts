import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTargetCheck, type TargetCheck, type TargetCheckOptions } from '../../src/admin/target-health';

let target: Server;
let asked: string[];
let answer: (response: ServerResponse) => void;
let check: TargetCheck | undefined;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end('fine');
  target = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['user-agent'] ?? ''}`);
    answer(response);
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});
afterEach(async () => {
  await check?.close();
  target.closeAllConnections();
  if (target.listening) await new Promise((resolve) => target.close(resolve));
});

async function checking(options: Partial<TargetCheckOptions> = {}): Promise<TargetCheck> {
  const { port } = target.address() as AddressInfo;
  check = createTargetCheck({ host: '127.0.0.1', port, path: '/health?deep', ...options });
  await check.start();
  return check;
}

it('finds nothing wrong with a target that answers below 500', async () => {
  const { problem } = await checking({ cacheMs: 0 });
  expect(await problem()).toBeUndefined();
  answer = (response) => response.writeHead(404).end('no such page');
  expect(await problem()).toBeUndefined();
  expect(asked).toStrictEqual(Array.from({ length: 2 }, () => 'GET /health?deep ambassador-readiness'));
});

it('asks once for all that ask in the same second', async () => {
  const { problem } = await checking();
  await Promise.all([problem(), problem()]);
  await problem();
  expect(asked).toHaveLength(1);
});

it('asks again when the answer has grown old', async () => {
  const { problem } = await checking({ cacheMs: 0 });
  await problem();
  await problem();
  expect(asked).toHaveLength(2);
});

it('says that the target answered 500 or more', async () => {
  answer = (response) => response.writeHead(503).end();
  const { problem } = await checking();
  expect(await problem()).toBe('the target responded with 503 to GET /health');
});

it('does not wait for a target that hangs', async () => {
  answer = () => undefined;
  const { problem } = await checking({ timeoutMs: 50 });
  expect(await problem()).toMatch(/^the target did not respond to GET \/health: .*timeout/);
});

it('does not wait for content without end', async () => {
  answer = (response) => void response.writeHead(200).write('first');
  const { problem } = await checking({ timeoutMs: 1_000 });
  expect(await problem()).toBeUndefined();
});

it('says that nothing listens, and sees it when something does', async () => {
  const { port } = target.address() as AddressInfo;
  const { problem } = await checking({ cacheMs: 0 });
  await new Promise((resolve) => target.close(resolve));
  expect(await problem()).toMatch(/^the target did not respond to GET \/health: .*ECONNREFUSED/);
  target.listen(port, '127.0.0.1');
  await once(target, 'listening');
  expect(await problem()).toBeUndefined();
});
