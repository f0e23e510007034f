import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, Socket, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { writeDirectly } from '../../src/net/direct-write';
import { closeAfterEach } from '../support/close-after-each';

const opened = closeAfterEach();

async function pair(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  opened(server);
  await once(server, 'listening');
  const arrival = once(server, 'connection');
  const near = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  const [far] = (await arrival) as [Socket];
  if (near.connecting) await once(near, 'connect');
  for (const socket of [near, far]) opened({ close: () => socket.destroy() });
  return { near, far };
}

/** Enough writes that the reader empties the kernel's buffer between the two attempts of one of them: a few hundred did. */
const PIECES = 4_000;

/** A connection to another process, which reads as fast as it can and then prints the number of bytes. */
async function pairWithReader(): Promise<{ readonly near: Socket; readonly read: Promise<number> }> {
  const server = createServer().listen(0, '127.0.0.1');
  opened(server);
  await once(server, 'listening');
  const arrival = once(server, 'connection');
  const code = `let total = 0;
    require('node:net').connect(${(server.address() as AddressInfo).port}, '127.0.0.1')
      .on('data', ({ length }) => (total += length)).on('end', () => console.log(total));`;
  const read = promisify(execFile)(process.execPath, ['-e', code]).then(({ stdout }) => Number(stdout));
  const [near] = (await arrival) as [Socket];
  opened({ close: () => near.destroy() });
  return { near, read };
}

const noop = { onFlushed: () => undefined };

/** Writes until a write is pending, and gives all that was written. */
function fill(near: Socket, writer: { onFlushed(): void }): Buffer[] {
  const pieces: Buffer[] = [];
  for (let n = 0; n < 1_000; n++) {
    const piece = Buffer.alloc(64 * 1024, n % 251);
    pieces.push(piece);
    const written = writeDirectly(near, piece, writer);
    if (written === 'pending') return pieces;
    expect(written).toBe('complete');
  }
  throw new Error('no write became pending');
}

async function readAll(far: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  far.on('data', (bytes: Buffer) => pieces.push(bytes));
  far.resume();
  await once(far, 'end');
  return Buffer.concat(pieces);
}

describe('a direct write', () => {
  test('leaves the state of the stream unchanged', async () => {
    const { near, far } = await pair();
    for (const word of ['one ', 'two ', 'three']) expect(writeDirectly(near, Buffer.from(word), noop)).toBe('complete');
    expect(near.writableLength).toBe(0);
    expect(near.bytesWritten).toBe(13);
    near.end();
    expect((await readAll(far)).toString()).toBe('one two three');
  });

  test('completes by itself when it is pending, before later writes of the stream, and notifies once', async () => {
    const { near, far } = await pair();
    let told = 0;
    const pieces = fill(near, { onFlushed: () => told++ });
    near.write('behind');
    near.end();
    expect(told).toBe(0);
    const received = await readAll(far);
    expect(received.equals(Buffer.concat([...pieces, Buffer.from('behind')]))).toBe(true);
    expect(told).toBe(1);
  });

  test('can follow another one that is pending', async () => {
    const { near, far } = await pair();
    const first = fill(near, noop);
    const last = Buffer.from('last');
    expect(writeDirectly(near, last, noop)).toBe('pending');
    near.end();
    expect((await readAll(far)).equals(Buffer.concat([...first, last]))).toBe(true);
  });

  test('counts as complete only when Node will not report its completion later', async () => {
    const { near, read } = await pairWithReader();
    const piece = Buffer.alloc(256 * 1024, 'x');
    let told = 0;
    let parts = 0;
    for (let sent = 0; sent < PIECES; sent++) {
      const hasRoom = new Promise<void>((resolve) => {
        const taken = (): void => {
          told++;
          resolve();
        };
        const written = writeDirectly(near, piece, { onFlushed: taken });
        if (written === 'pending') parts++;
        else resolve();
      });
      await hasRoom;
    }
    near.end();
    expect(await read).toBe(PIECES * piece.length);
    expect(told).toBe(parts);
  });

  test('fails like any other write when the peer resets the connection', async () => {
    const { near, far } = await pair();
    let told = 0;
    fill(near, { onFlushed: () => told++ });
    const failure = once(near, 'error');
    far.resetAndDestroy();
    const [error] = (await failure) as [NodeJS.ErrnoException];
    expect(['ECONNRESET', 'EPIPE']).toContain(error.code);
    expect(error.syscall).toMatch(/^(read|write)$/);
    expect(near.destroyed).toBe(true);
    expect(told).toBe(0);
  });

  test('is unsupported when the handle reports an error', async () => {
    const { near } = await pair();
    near.end();
    await once(near, 'finish');
    expect(writeDirectly(near, Buffer.from('too late'), noop)).toBe('unsupported');
  });

  test('is unsupported by a socket without a TCP handle', () => {
    expect(writeDirectly(new Socket(), Buffer.from('any'), noop)).toBe('unsupported');
    const other = Object.assign(new Socket(), { _handle: { writeBuffer: () => 0 } });
    expect(writeDirectly(other, Buffer.from('any'), noop)).toBe('unsupported');
  });

  test('does not notify after the socket is destroyed', async () => {
    const { near } = await pair();
    let told = 0;
    fill(near, { onFlushed: () => told++ });
    near.destroy();
    await once(near, 'close');
    expect(told).toBe(0);
  });
});
