import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { atRest } from '../support/at-rest';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';

jest.setTimeout(120_000);

const opened = closeAfterEach();

const MEBIBYTE = 1024 * 1024;
const PIECE = Buffer.alloc(256 * 1024, 'x');
/** What two kernels' socket buffers and our own may hold between a sender and a reader that has stopped. */
const MOST_UNDER_WAY_BYTES = 24 * MEBIBYTE;
const MOST_GROWN_BYTES = 32 * MEBIBYTE;

const POST = 'POST / HTTP/1.1\r\nContent-Length: 10000000000';
const UPGRADE = 'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

/** Writes for as long as there is room, and again whenever there is; answers how much the kernel has taken. */
function flood(socket: Socket): () => number {
  const fill = (): void => {
    while (!socket.destroyed && socket.write(PIECE));
  };
  socket.on('drain', fill);
  fill();
  return () => socket.bytesWritten - socket.writableLength;
}

describe('a reader that has stopped', () => {
  let target: Socket;
  let client: Socket;
  let sidecar: SidecarProcess;
  let server: Server;

  beforeEach(async () => {
    server = opened(createServer().listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    sidecar = opened(await spawnSidecar({ TARGET_PORT: String(port), DISCARD_TIMEOUT: '60s' }));
  });

  const begin = async (head: string): Promise<void> => {
    client = connect({ port: sidecar.port, host: '127.0.0.1' }).on('error', () => undefined);
    opened({ close: () => client.destroy() });
    client.write(`${head}\r\nHost: a\r\n\r\n`);
    [target] = (await once(server, 'connection')) as [Socket];
    target.on('error', () => undefined);
    opened({ close: () => target.destroy() });
  };

  test.each([
    ['of a stated length', 'Content-Length: 10000000000\r\n\r\n'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3b9aca00\r\n'],
    ['until the end', 'Content-Type: text/plain\r\n\r\n'],
  ])('makes the target of an answer %s wait, and not the memory grow', async (_what, rest) => {
    await begin(POST);
    const before = sidecar.residentBytes();
    client.pause();
    target.write(`HTTP/1.1 200 OK\r\n${rest}`);
    await expect(atRest(flood(target))).resolves.toBeLessThan(MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('makes the sender of content wait, and not the memory grow', async () => {
    await begin(POST);
    const before = sidecar.residentBytes();
    target.pause();
    await expect(atRest(flood(client))).resolves.toBeLessThan(MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('is read for by nobody while both sides send: neither memory grows', async () => {
    await begin(POST);
    const before = sidecar.residentBytes();
    client.pause();
    target.pause();
    target.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n');
    const sent = [flood(target), flood(client)] as const;
    await expect(atRest(() => sent[0]() + sent[1]())).resolves.toBeLessThan(2 * MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('of an upgraded connection makes the other side wait', async () => {
    await begin(UPGRADE);
    const before = sidecar.residentBytes();
    client.pause();
    target.pause();
    target.write(SWITCH);
    const sent = [flood(target), flood(client)] as const;
    await expect(atRest(() => sent[0]() + sent[1]())).resolves.toBeLessThan(2 * MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('is what an upgrade without an answer makes of us: the client waits, and the memory does not grow', async () => {
    await begin(UPGRADE);
    const before = sidecar.residentBytes();
    target.resume();
    await expect(atRest(flood(client))).resolves.toBeLessThan(MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('of a page is no reason to hold what the page stands for', async () => {
    await begin('GET / HTTP/1.1\r\nAccept: text/html');
    const before = sidecar.residentBytes();
    client.pause();
    target.write('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3b9aca00\r\n');
    await expect(atRest(flood(target))).resolves.toBeLessThan(MOST_UNDER_WAY_BYTES);
    expect(sidecar.peakResidentBytes() - before).toBeLessThan(MOST_GROWN_BYTES);
  });

  test('gets all of it once it reads again', async () => {
    await begin(POST);
    const length = 64 * PIECE.length;
    client.pause();
    target.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
    for (let piece = 0; piece < 64; piece += 1) target.write(PIECE);
    await atRest(() => target.bytesWritten - target.writableLength);
    let received = 0;
    client.on('data', (bytes: Buffer) => (received += bytes.length));
    client.resume();
    await expect(
      eventually(
        () => received,
        (now) => now >= length,
      ),
    ).resolves.toBeGreaterThanOrEqual(length);
  });
});
