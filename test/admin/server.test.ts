import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adminRoutes, type AdminSources } from '../../src/admin/routes';
import { type Admin, type AdminHandler, createAdmin, sendText } from '../../src/admin/server';

let admin: Admin;
let origin: string;
let port: number;
let problems: unknown[];
let state: { hasStarted: boolean; isAccepting: boolean; isDraining: boolean; targetProblem: string | undefined };
let scrapes: number;

const pages: AdminSources['pages'] = [
  ['/', (_, response) => sendText(response, 200, 'the live page', 'text/html')],
  ['/broken', () => Promise.reject(new Error('broken on purpose'))],
  ['/endless', (_, response) => void response.writeHead(200).write('first')],
];

beforeEach(async () => {
  problems = [];
  scrapes = 0;
  state = { hasStarted: true, isAccepting: true, isDraining: false, targetProblem: undefined };
  const routes: ReadonlyMap<string, AdminHandler> = adminRoutes({
    probes: {
      hasStarted: () => state.hasStarted,
      isAccepting: () => state.isAccepting,
      isDraining: () => state.isDraining,
      targetProblem: () => Promise.resolve(state.targetProblem),
    },
    metrics: () => Promise.resolve(`scrapes_total ${++scrapes}\n`),
    config: { port: 8080, telemetryUrl: 'https://me:secret@fleet.test/hook/secret?key=secret' },
    pages,
  });
  admin = createAdmin({ port: 0, host: '127.0.0.1', routes, onProblem: (error) => problems.push(error) });
  ({ port } = await admin.start());
  origin = `http://127.0.0.1:${port}`;
});
afterEach(() => admin.close());

const probe = async (path: string): Promise<[number, string]> => {
  const response = await fetch(origin + path);
  return [response.status, await response.text()];
};

describe('/livez', () => {
  it('speaks for the process alone', async () => {
    state = { hasStarted: false, isAccepting: false, isDraining: true, targetProblem: 'dead' };
    expect(await probe('/livez')).toStrictEqual([200, 'alive\n']);
  });
});

describe('/startupz', () => {
  it('waits for the port of the service to be open, and for nothing else', async () => {
    state = { hasStarted: false, isAccepting: false, isDraining: false, targetProblem: 'dead' };
    expect(await probe('/startupz')).toStrictEqual([503, 'not started yet\n']);
    state.hasStarted = true;
    expect(await probe('/startupz')).toStrictEqual([200, 'started\n']);
  });
});

describe('/readyz', () => {
  it('is ready while connections are accepted', async () => {
    expect(await probe('/readyz')).toStrictEqual([200, 'ready\n']);
    state.isAccepting = false;
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: not accepting connections yet\n']);
  });

  it('is not ready from the first moment of a drain, though connections are still accepted', async () => {
    state.isDraining = true;
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: draining\n']);
  });

  it('says what is wrong with the target', async () => {
    state.targetProblem = 'the target answered 500';
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: the target answered 500\n']);
  });
});

describe('/metrics', () => {
  it('is Prometheus text', async () => {
    const response = await fetch(`${origin}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('scrapes_total 1\n');
  });

  it('is never older than the question', async () => {
    await probe('/metrics');
    expect(await probe('/metrics')).toStrictEqual([200, 'scrapes_total 2\n']);
  });
});

describe('/config', () => {
  it('shows the configuration without secrets', async () => {
    const response = await fetch(`${origin}/config`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toStrictEqual({ port: 8080, telemetryUrl: 'https://fleet.test/…' });
  });
});

describe('the admin port', () => {
  it('has room for other pages', async () => {
    expect(await probe('/?any=query')).toStrictEqual([200, 'the live page']);
  });

  it('says 404 to paths that it does not know, whatever the method', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await fetch(`${origin}/livez/`, { method })).status).toBe(404);
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('changes nothing: %s is not allowed', async (method) => {
    const response = await fetch(`${origin}/metrics`, { method });
    expect([response.status, response.headers.get('allow')]).toStrictEqual([405, 'GET, HEAD']);
    expect(scrapes).toBe(0);
  });

  it('gives HEAD the fields that GET would get', async () => {
    const [got, headed] = await Promise.all(
      ['GET', 'HEAD'].map(async (method) => {
        const response = await fetch(`${origin}/livez`, { method });
        return { length: response.headers.get('content-length'), content: await response.text() };
      }),
    );
    expect(got).toStrictEqual({ length: '6', content: 'alive\n' });
    expect(headed).toStrictEqual({ length: '6', content: '' });
  });

  it('lets nothing be framed, sniffed, kept or loaded from elsewhere', async () => {
    const { headers } = await fetch(`${origin}/nothing`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('answers 500 and reports what went wrong when a page fails', async () => {
    expect(await probe('/broken')).toStrictEqual([500, 'That failed; the log says why.\n']);
    expect(problems).toStrictEqual([new Error('broken on purpose')]);
  });

  it('does not read heads without end', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('closes with requests still under way', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await admin.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('says when its port is taken', async () => {
    const second = createAdmin({ port, host: '127.0.0.1', routes: new Map(), onProblem: () => undefined });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.close();
  });
});
