import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { type Dashboard, startDashboard } from '../support/dashboard';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { logLines, Running } from '../support/running';

/** `/<status>` is answered with that status; an upgrade becomes a WebSocket that echoes. */
async function startTarget(): Promise<Server> {
  const target = createServer((incoming, response) => {
    response.writeHead(Number(incoming.url?.slice(1, 4)), { 'Content-Type': 'text/plain' }).end('content');
  });
  const webSockets = new WebSocketServer({ server: target });
  webSockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  return target;
}

let target: Server;
let dashboard: Dashboard;
let sidecar: Running;
let port: number;
let adminPort: number;
const agent = new Agent({ keepAlive: true });

beforeEach(async () => {
  target = await startTarget();
  dashboard = await startDashboard();
  [port, adminPort] = [await freePort(), await freePort()];
});
afterEach(async () => {
  sidecar.signal('SIGKILL');
  await sidecar.ended;
  agent.destroy();
  target.closeAllConnections();
  target.close();
  await dashboard.close();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  sidecar = new Running([], {
    PORT: `${port}`,
    HOST: '127.0.0.1',
    TARGET_PORT: `${(target.address() as AddressInfo).port}`,
    ADMIN_PORT: `${adminPort}`,
    ADMIN_HOST: '127.0.0.1',
    ...env,
  });
  await sidecar.says('stdout', '"listening"');
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const [response] = (await once(request({ port, path, headers, agent }).end(), 'response')) as [IncomingMessage];
  await text(response);
  return response.statusCode ?? 0;
}

const admin = async (path: string): Promise<[number, string]> => {
  const response = await fetch(`http://127.0.0.1:${adminPort}${path}`);
  return [response.status, await response.text()];
};

/** The samples whose name begins so. */
async function samples(name: string): Promise<readonly string[]> {
  const [, all] = await admin('/metrics');
  return all.split('\n').filter((line) => line.startsWith(name));
}

describe('a sidecar that is looked at', () => {
  it('has counted and told exactly the requests that were made', async () => {
    await start({ TELEMETRY_URL: dashboard.url });
    for (let n = 0; n < 25; n++) expect(await get(`/200?secret=${n}`)).toBe(200);
    for (let n = 0; n < 5; n++) expect(await get('/404', { Accept: 'text/html' })).toBe(404);
    for (let n = 0; n < 3; n++) expect(await get('/500')).toBe(500);
    for (let n = 0; n < 4; n++) expect(await get('/200', { 'User-Agent': 'kube-probe/1.31' })).toBe(200);
    const count = 'http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code=';
    expect(await samples('http_server_request_duration_seconds_count')).toStrictEqual([
      `${count}"200",overridden="false"} 25`,
      `${count}"404",overridden="true"} 5`,
      `${count}"500",overridden="false",error_type="500"} 3`,
    ]);
    expect(await samples('ambassador_probes_total')).toStrictEqual([
      'ambassador_probes_total{http_response_status_code="200"} 4',
    ]);
    sidecar.signal('SIGTERM');
    const { code, stdout } = await sidecar.ended;
    expect(code).toBe(0);
    expect(logLines(stdout).filter(({ message }) => message === 'exchange')).toHaveLength(33);
    expect(stdout).not.toContain('secret');
    expect(dashboard.records().map(({ endpoint }) => endpoint)).toStrictEqual([
      ...Array.from({ length: 25 }, () => '/200'),
      ...Array.from({ length: 5 }, () => '/404'),
      ...Array.from({ length: 3 }, () => '/500'),
    ]);
  });

  it('counts an open WebSocket as open, and not as a request', async () => {
    await start();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(socket, 'open');
    socket.send('hello');
    await once(socket, 'message');
    expect(await samples('ambassador_switched_open')).toStrictEqual(['ambassador_switched_open 1']);
    expect(await samples('http_server_active_requests')).toStrictEqual(['http_server_active_requests 0']);
    socket.close();
    await once(socket, 'close');
    await eventually(
      () => samples('ambassador_opaque_connections_total{carried="switched"}'),
      ([sample = '']) => sample.endsWith(' 1'),
    );
    expect(await samples('http_server_request_duration_seconds_count')).toStrictEqual([]);
    expect(await samples('ambassador_switched_open')).toStrictEqual(['ambassador_switched_open 0']);
  });

  it('is not ready from the moment it is told to leave, and still accepts for the drain delay', async () => {
    await start({ DRAIN_DELAY: '1s' });
    expect(await admin('/readyz')).toStrictEqual([200, 'ready\n']);
    sidecar.signal('SIGTERM');
    await sidecar.says('stdout', '"draining"');
    expect(await admin('/readyz')).toStrictEqual([503, 'not ready: draining\n']);
    expect(await admin('/livez')).toStrictEqual([200, 'alive\n']);
    expect(await get('/200')).toBe(200);
    expect((await sidecar.ended).code).toBe(0);
  });

  it('is ready only while the target answers, where that was asked for', async () => {
    await start({ READINESS_TARGET: 'on', READINESS_PATH: '/500' });
    expect(await admin('/readyz')).toStrictEqual([503, 'not ready: the target responded with 500 to GET /500\n']);
    expect(await admin('/startupz')).toStrictEqual([200, 'started\n']);
  });

  it('goes on when the dashboard is down, and says so once', async () => {
    dashboard.mood = 500;
    await start({ TELEMETRY_URL: dashboard.url });
    await sidecar.says('stdout', '"/resources"');
    expect(await get('/200')).toBe(200);
    sidecar.signal('SIGTERM');
    const { code, stdout } = await sidecar.ended;
    expect(code).toBe(0);
    expect(logLines(stdout).filter(({ path }) => path === '/resources')).toHaveLength(1);
  });
});
