import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port';
import { logLines } from '../support/running';

const MAIN = join(__dirname, '../../dist/main.js');
const MAX_OPEN_FILES = 400;

let target: Server;
let sidecar: ChildProcess;
let said: string;
let port: number;
let adminPort: number;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  said = '';
  target = createServer((_, response) => response.end('content')).listen(0, '127.0.0.1');
  await once(target, 'listening');
  [port, adminPort] = [await freePort(), await freePort()];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  const ended = once(sidecar, 'close');
  sidecar.kill('SIGKILL');
  await ended;
  target.closeAllConnections();
  target.close();
});

/** Starts the real process, which may have so many files open. */
async function start(maxOpenFiles: number, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { port: targetPort } = target.address() as AddressInfo;
  const command = `ulimit -n ${maxOpenFiles} && exec ${process.execPath} ${MAIN}`;
  const settings = { PORT: `${port}`, TARGET_PORT: `${targetPort}`, ADMIN_PORT: `${adminPort}`, ...env };
  sidecar = spawn('/bin/sh', ['-c', command], { env: { HOST: '127.0.0.1', ...settings } });
  const isListening = new Promise<void>((resolve) => {
    sidecar.stdout?.setEncoding('utf8').on('data', (lines: string) => {
      said += lines;
      if (said.includes('"listening"')) resolve();
    });
  });
  await isListening;
}

function open(to: number, request: string): Socket {
  const socket = connect(to, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  if (request !== '') socket.write(request);
  return socket;
}

async function probe(): Promise<string> {
  return text(open(adminPort, 'GET /readyz HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.33\r\n\r\n'));
}

describe('a probe', () => {
  test('is answered while clients of the tunnel take all descriptors that they can get', async () => {
    await start(MAX_OPEN_FILES);
    const statuses: number[] = [];
    for (let n = 0; n < MAX_OPEN_FILES; n++) {
      const [bytes] = (await once(open(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'data')) as [Buffer];
      statuses.push(Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))?.[1]));
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(72);
    expect(statuses.filter((status) => status === 503)).toHaveLength(MAX_OPEN_FILES - 72);
    for (let n = 0; n < 10; n++) expect(await probe()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ready\n$/);
    const lowered = logLines(said).filter(({ message }) => String(message).startsWith('MAX_CONNECTIONS lowered'));
    expect(lowered).toMatchObject([{ level: 'warn', maxConnections: 72, asked: 10_000, maxOpenFiles: MAX_OPEN_FILES }]);
  }, 30_000);

  test('is answered while others hold a thousand connections to the admin port, and the tunnel serves on', async () => {
    await start(MAX_OPEN_FILES);
    for (let n = 0; n < 1000; n++)
      await once(open(adminPort, n % 2 === 0 ? 'GET /events HTTP/1.1\r\n' : ''), 'connect');
    for (let n = 0; n < 10; n++) {
      expect(await probe()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ready\n$/);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    }
  }, 30_000);
});

describe.each([{}, { WORKERS: '2' }])('the process with %j', (env) => {
  test('shows requests to loopback only, unless it is told otherwise', async () => {
    await start(1024, env);
    const ask = async (path: string, host: string): Promise<string> =>
      text(open(adminPort, `HEAD ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    for (const path of ['/', '/events', '/config']) {
      expect(await ask(path, 'localhost:9901')).toMatch(/^HTTP\/1\.1 200 /);
      expect(await ask(path, 'evil.test')).toMatch(/^HTTP\/1\.1 403 /);
    }
    for (const path of ['/livez', '/readyz', '/startupz', '/metrics']) {
      expect(await ask(path, 'shop.svc:9901')).toMatch(/^HTTP\/1\.1 200 /);
    }
  }, 30_000);

  test('shows them to everyone with ADMIN_LIVE=all', async () => {
    await start(1024, { ...env, ADMIN_LIVE: 'all' });
    const response = await text(open(adminPort, 'GET /config HTTP/1.1\r\nHost: shop.svc:9901\r\n\r\n'));
    expect(response).toMatch(/^HTTP\/1\.1 200 [^]*"adminLive": "all"/);
  }, 30_000);
});
