import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import {
  type ClientHttp2Session,
  type ServerHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  createServer as createHttp2Server,
} from 'node:http2';
import { type AddressInfo, type Server, connect as connectPlainly, createServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import {
  type ConnectionOptions,
  type TLSSocket,
  type TlsOptions,
  connect,
  createServer as createTlsServer,
} from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { helloOf } from '../support/client-hellos';
import { CERTIFICATE } from '../support/certificate';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { dial } from '../support/wire';

const opened = closeAfterEach();

const LARGE = Buffer.alloc(4 * 1024 * 1024, 'large content ');

interface Before {
  readonly sidecar: SidecarProcess;
  /** The records of the exchanges that have ended. */
  records(count: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Listens with a real server, and starts the ambassador before it. */
async function standBefore(server: Server, env: Readonly<Record<string, string>> = {}): Promise<Before> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  const { port } = server.address() as AddressInfo;
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(port), LOG_LEVEL: 'info', ...env }));
  return {
    sidecar,
    async records(count) {
      const read = (): Readonly<Record<string, unknown>>[] =>
        sidecar.lines
          .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
          .filter(({ message }) => message === 'exchange');
      return eventually(read, ({ length }) => length >= count);
    },
  };
}

function tlsServer(options: TlsOptions, serve: (socket: TLSSocket) => void): Server {
  const server = createTlsServer({ ...CERTIFICATE, ...options }, (socket) => {
    socket.on('error', () => undefined); // a test looks at the client's side
    serve(socket);
  });
  server.on('tlsClientError', () => undefined); // the check ends within the handshake
  return server;
}

function tlsClient({ sidecar }: Before, options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({
    port: sidecar.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: CERTIFICATE.cert,
    ...options,
  });
  opened({ close: () => socket.destroy() });
  return socket;
}

/** Sends back in reverse what a peer has sent, once that is as long as expected. */
function sendBack(socket: TLSSocket): void {
  const received: Buffer[] = [];
  let length = 0;
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes);
    length += bytes.length;
    if (length === LARGE.length) socket.end(Buffer.concat(received).reverse());
  });
}

const reversed = Buffer.from(LARGE).reverse();

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (version) => {
  const only = { minVersion: version, maxVersion: version } as const;

  test('large content passes in both directions', async () => {
    const before = await standBefore(tlsServer(only, sendBack));
    const client = tlsClient(before);
    client.write(LARGE);
    const received = await buffer(client);
    expect(received.equals(reversed)).toBe(true);
    const [record] = await before.records(1);
    expect(record).toMatchObject({ protocol: 'tls', termination: 'ok' });
    expect(record?.['bytesIn']).toBeGreaterThan(LARGE.length);
    expect(record?.['bytesOut']).toBeGreaterThan(LARGE.length);
  });

  test('a session is resumed', async () => {
    const before = await standBefore(tlsServer(only, (socket) => socket.end('hello')));
    const first = tlsClient(before);
    const sessions: Buffer[] = [];
    first.on('session', (session: Buffer) => sessions.push(session));
    await expect(text(first)).resolves.toBe('hello');
    const second = tlsClient(before, { session: sessions.at(-1) });
    const isReused = once(second, 'secureConnect').then(() => second.isSessionReused());
    await expect(text(second)).resolves.toBe('hello');
    await expect(isReused).resolves.toBe(true);
  });

  test('a client that breaks off in a download is recorded, and the target learns of it', async () => {
    const closed: Promise<unknown>[] = [];
    const endless = tlsServer(only, (socket) => {
      closed.push(new Promise((resolve) => socket.once('close', resolve)));
      const more = (error?: Error | null): void => {
        if (!error) socket.write(LARGE, more);
      };
      more();
    });
    const before = await standBefore(endless);
    const socket = connectPlainly(before.sidecar.port, '127.0.0.1');
    const client = tlsClient(before, { socket });
    await once(client, 'data');
    client.on('error', () => undefined);
    socket.resetAndDestroy();
    const [record] = await before.records(1);
    expect(record).toMatchObject({ protocol: 'tls', termination: 'client-aborted' });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });
});

describe('TLS', () => {
  test('the target sees one connection before the first client, and none before the next', async () => {
    const server = tlsServer({}, (socket) => socket.end('hello'));
    let connections = 0;
    server.on('connection', () => connections++);
    const before = await standBefore(server);
    for (const expected of [2, 3, 4]) {
      await expect(text(tlsClient(before))).resolves.toBe('hello');
      expect(connections).toBe(expected);
    }
  });

  test('a HelloRetryRequest passes', async () => {
    const before = await standBefore(tlsServer({ ecdhCurve: 'P-384' }, (socket) => socket.end('hello')));
    const client = tlsClient(before, { ecdhCurve: 'X25519:P-384', minVersion: 'TLSv1.3' });
    await once(client, 'secureConnect');
    expect(client.getEphemeralKeyInfo()).toMatchObject({ size: 384 });
    await expect(text(client)).resolves.toBe('hello');
  });

  test('a target that refuses the handshake is quoted to the client', async () => {
    const before = await standBefore(tlsServer({ minVersion: 'TLSv1.3' }, (socket) => socket.end()));
    const client = tlsClient(before, { maxVersion: 'TLSv1.2' });
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect((await before.records(1))[0]).toMatchObject({ protocol: 'tls', termination: 'ok', bytesOut: 7 });
  });

  test.each(['Node 24 with a post-quantum key', 'Chromium'] as const)(
    'the ClientHello of %s in two segments is answered',
    async (name) => {
      const before = await standBefore(tlsServer({}, (socket) => socket.end()));
      const client = await dial(before.sidecar.port);
      opened({ close: () => client.dispose() });
      const hello = helloOf(name);
      await client.send(hello.subarray(0, 1400));
      await client.send(hello.subarray(1400));
      const answer = await client.takeSome(({ length }) => (length < 6 ? undefined : 6), 'a ServerHello');
      expect([answer[0], answer[1], answer[5]]).toEqual([22, 3, 2]);
    },
  );

  test('a client of a plain HTTP service is told that the service does not speak TLS', async () => {
    const targets: string[] = [];
    const server = createHttpServer((request, response) => {
      targets.push(request.url ?? '');
      response.end();
    });
    const before = await standBefore(server);
    const [error] = (await once(tlsClient(before), 'error')) as [NodeJS.ErrnoException];
    expect(error.message).toMatch(/wrong version number|packet length too long|http request/);
    expect(targets).toEqual([]);
    expect((await before.records(1))[0]).toMatchObject({
      protocol: 'tls',
      status: 400,
      termination: 'rejected:protocol-mismatch',
    });
  });

  test('a client of a service that speaks first is told that the service does not speak TLS', async () => {
    const before = await standBefore(createServer((socket) => socket.end('220 ready\r\n')));
    const [error] = (await once(tlsClient(before), 'error')) as [NodeJS.ErrnoException];
    expect(error.message).toMatch(/wrong version number/);
    expect((await before.records(1))[0]).toMatchObject({ termination: 'rejected:protocol-mismatch' });
  });
});

describe('HTTP/2', () => {
  const CONTENT_BYTES = 256 * 1024;

  /** Sends back what it is sent. */
  const echo = (stream: ServerHttp2Stream): void => {
    stream.on('error', () => undefined); // a test looks at the client's side
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  };

  async function exchange(session: ClientHttp2Session, content: Buffer): Promise<Buffer> {
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.end(content);
    return buffer(stream);
  }

  test.each(['with prior knowledge', 'over TLS'])('%s carries many streams at once', async (way) => {
    const isSecure = way === 'over TLS';
    const server = isSecure ? createSecureServer(CERTIFICATE) : createHttp2Server();
    server.on('stream', echo);
    server.on('tlsClientError', () => undefined); // the check ends within the handshake
    const before = await standBefore(server);
    const origin = `${isSecure ? 'https' : 'http'}://127.0.0.1:${before.sidecar.port}`;
    const session = connectHttp2(origin, { ca: CERTIFICATE.cert, servername: 'localhost' });
    opened({ close: () => session.destroy() });
    const contents = Array.from({ length: 10 }, (_, n) => Buffer.alloc(CONTENT_BYTES, String(n)));
    const received = await Promise.all(contents.map((content) => exchange(session, content)));
    expect(received.map((each, n) => each.equals(contents[n] ?? each))).toEqual(Array(10).fill(true));
    session.close();
    await once(session, 'close');
    const [record] = await before.records(1);
    expect(record).toMatchObject({ protocol: isSecure ? 'tls' : 'h2', termination: 'ok' });
    expect(record?.['bytesIn']).toBeGreaterThan(10 * CONTENT_BYTES);
  });

  test('a client of a service of HTTP/1 is told that the service does not speak HTTP/2', async () => {
    const targets: string[] = [];
    const server = createHttpServer((request) => void targets.push(request.url ?? ''));
    const before = await standBefore(server);
    const session = connectHttp2(`http://127.0.0.1:${before.sidecar.port}`);
    opened({ close: () => session.destroy() });
    const [error] = (await once(session, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_HTTP2_ERROR');
    expect(targets).toEqual([]);
    expect((await before.records(1))[0]).toMatchObject({
      protocol: 'h2',
      status: 400,
      termination: 'rejected:protocol-mismatch',
    });
  });
});
