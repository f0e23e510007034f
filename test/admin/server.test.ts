import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAdmin } from '../../src/admin/server';
import { type OpenAdmin, openAdmin } from '../support/open-admin';

let open: OpenAdmin;
let origin: string;

beforeEach(async () => {
  open = await openAdmin();
  origin = `http://127.0.0.1:${open.port}`;
});
afterEach(() => open.admin.close());

const probe = async (path: string): Promise<[number, string]> => {
  const response = await fetch(origin + path);
  return [response.status, await response.text()];
};

/** Everything that comes back for these pieces, each in a packet of its own. */
async function talk(...pieces: readonly string[]): Promise<string> {
  const socket = connect(open.port, '127.0.0.1').setNoDelay(true);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return text(socket);
}

describe('/livez', () => {
  test('speaks for the process alone', async () => {
    Object.assign(open.state, { hasStarted: false, isAccepting: false, isDraining: true, targetProblem: 'dead' });
    expect(await probe('/livez')).toStrictEqual([200, 'alive\n']);
  });
});

describe('/startupz', () => {
  test('waits for the port of the service to be open, and for nothing else', async () => {
    Object.assign(open.state, { hasStarted: false, isAccepting: false, targetProblem: 'dead' });
    expect(await probe('/startupz')).toStrictEqual([503, 'not started yet\n']);
    open.state.hasStarted = true;
    expect(await probe('/startupz')).toStrictEqual([200, 'started\n']);
  });
});

describe('/readyz', () => {
  test('is ready while connections are accepted', async () => {
    expect(await probe('/readyz')).toStrictEqual([200, 'ready\n']);
    open.state.isAccepting = false;
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: not accepting connections yet\n']);
  });

  test('is not ready from the first moment of a drain, though connections are still accepted', async () => {
    open.state.isDraining = true;
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: draining\n']);
  });

  test('says what is wrong with the target', async () => {
    open.state.targetProblem = 'the target answered 500';
    expect(await probe('/readyz')).toStrictEqual([503, 'not ready: the target answered 500\n']);
  });
});

describe('/metrics', () => {
  test('is Prometheus text', async () => {
    const response = await fetch(`${origin}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('scrapes_total 1\n');
  });

  test('is never older than the question', async () => {
    await probe('/metrics');
    expect(await probe('/metrics')).toStrictEqual([200, 'scrapes_total 2\n']);
  });
});

describe('/config', () => {
  test('shows the configuration as JSON', async () => {
    const response = await fetch(`${origin}/config`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toStrictEqual({ port: 8080 });
  });
});

describe('the admin port', () => {
  test('has room for other pages', async () => {
    expect(await probe('/?any=query')).toStrictEqual([200, 'the live page']);
  });

  test('says 404 to paths that it does not know, whatever the method', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await fetch(`${origin}/livez/`, { method })).status).toBe(404);
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('changes nothing: %s is not allowed', async (method) => {
    const response = await fetch(`${origin}/metrics`, { method });
    expect([response.status, response.headers.get('allow')]).toStrictEqual([405, 'GET, HEAD']);
    expect(open.scrapes).toBe(0);
  });

  test('gives HEAD the fields that GET would get', async () => {
    const [got, headed] = await Promise.all(
      ['GET', 'HEAD'].map(async (method) => {
        const response = await fetch(`${origin}/livez`, { method });
        return { length: response.headers.get('content-length'), content: await response.text() };
      }),
    );
    expect(got).toStrictEqual({ length: '6', content: 'alive\n' });
    expect(headed).toStrictEqual({ length: '6', content: '' });
  });

  test('does not begin a stream for HEAD', async () => {
    const response = await talk('HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Content-Type: text\/event-stream\r\n[^]*\r\n\r\n$/);
  });

  test('lets nothing be framed, sniffed, kept or loaded from elsewhere', async () => {
    const { headers } = await fetch(`${origin}/nothing`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  test('answers 500 and reports what went wrong when a page fails', async () => {
    expect(await probe('/broken')).toStrictEqual([500, 'Internal error; see the log for the cause.\n']);
    expect(open.problems).toStrictEqual([new Error('broken on purpose')]);
  });

  test('says when its port is taken', async () => {
    const second = createAdmin({
      port: open.port,
      host: '127.0.0.1',
      routes: new Map(),
      onProblem: () => undefined,
      onCrowded: () => undefined,
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.close();
  });

  test('closes with requests still under way', async () => {
    const socket = connect(open.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await open.admin.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

describe('a connection to the admin port', () => {
  test('carries one request: the response says so, and what follows is not answered', async () => {
    const request = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n';
    const response = await talk(request + request);
    expect(response.split('HTTP/1.1 200 OK\r\n')).toHaveLength(2);
    expect(response).toContain('\r\nConnection: close\r\n');
    expect(response.endsWith('\r\n\r\nalive\n')).toBe(true);
  });

  test('may send its head in pieces, with empty lines before it', async () => {
    const pieces = Array.from('\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await talk(...pieces)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('may close its side before the response', async () => {
    const socket = connect(open.port, '127.0.0.1');
    socket.end('GET /readyz HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ready\n$/);
  });

  test.each([
    ['a head without end', `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['too many fields', `GET /livez HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(200)}\r\n`, 431],
    ['a request line without end', `GET /${'x'.repeat(10_000)} HTTP/1.1\r\n`, 414],
    ['another version', 'GET / HTTP/2.0\r\n\r\n', 505],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01', 400],
    ['two ways to read where the request ends', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n', 400],
  ])('is refused for %s', async (_what, bytes, status) => {
    expect(await talk(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
