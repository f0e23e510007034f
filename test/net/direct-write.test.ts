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

/** So many that the reader empties the kernel's buffer just when a write has found it full: it did so after a few hundred. */
const PIECES = 4_000;

/** A connection to another process, which reads as fast as it can and then says how much it was. */
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

const nobody = { taken: () => undefined };

/** Until the kernel takes no more; how the last write went, and all that was written. */
function fill(near: Socket, writer: { taken(): void }): Buffer[] {
  const pieces: Buffer[] = [];
  for (let n = 0; n < 1_000; n++) {
    const piece = Buffer.alloc(64 * 1024, n % 251);
    pieces.push(piece);
    const written = writeDirectly(near, piece, writer);
    if (written === 'part') return pieces;
    expect(written).toBe('whole');
  }
  throw new Error('the kernel takes everything');
}

async function readAll(far: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  far.on('data', (bytes: Buffer) => pieces.push(bytes));
  far.resume();
  await once(far, 'end');
  return Buffer.concat(pieces);
}

/** From Node 26 on sockets make their requests themselves, and everything is left to the stream. */
const isPossible = Number.parseInt(process.versions.node) < 26;

test('this Node is known', async () => {
  const { near } = await pair();
  expect(writeDirectly(near, Buffer.from('any'), nobody)).toBe(isPossible ? 'whole' : 'none');
});

(isPossible ? describe : describe.skip)('a write past the stream', () => {
  test('leaves the stream as it was', async () => {
    const { near, far } = await pair();
    for (const word of ['one ', 'two ', 'three']) expect(writeDirectly(near, Buffer.from(word), nobody)).toBe('whole');
    expect(near.writableLength).toBe(0);
    expect(near.bytesWritten).toBe(13);
    near.end();
    expect((await readAll(far)).toString()).toBe('one two three');
  });

  test('that is not taken whole goes on by itself, before what the stream writes then, and its end is told once', async () => {
    const { near, far } = await pair();
    let told = 0;
    const pieces = fill(near, { taken: () => told++ });
    near.write('behind');
    near.end();
    expect(told).toBe(0);
    const received = await readAll(far);
    expect(received.equals(Buffer.concat([...pieces, Buffer.from('behind')]))).toBe(true);
    expect(told).toBe(1);
  });

  test('can be followed by others like it', async () => {
    const { near, far } = await pair();
    const first = fill(near, nobody);
    const last = Buffer.from('last');
    expect(writeDirectly(near, last, nobody)).toBe('part');
    near.end();
    expect((await readAll(far)).equals(Buffer.concat([...first, last]))).toBe(true);
  });

  test('to a peer that reads meanwhile counts as taken whole only when Node has no more to tell of it', async () => {
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
        const written = writeDirectly(near, piece, { taken });
        if (written === 'part') parts++;
        else resolve();
      });
      await hasRoom;
    }
    near.end();
    expect(await read).toBe(PIECES * piece.length);
    expect(told).toBe(parts);
  });

  test('fails as any other, where the peer goes away meanwhile', async () => {
    const { near, far } = await pair();
    let told = 0;
    fill(near, { taken: () => told++ });
    const failure = once(near, 'error');
    far.resetAndDestroy();
    const [error] = (await failure) as [NodeJS.ErrnoException];
    expect(['ECONNRESET', 'EPIPE']).toContain(error.code);
    expect(error.syscall).toMatch(/^(read|write)$/);
    expect(near.destroyed).toBe(true);
    expect(told).toBe(0);
  });

  test('that fails at once is left to the socket', async () => {
    const { near } = await pair();
    near.end();
    await once(near, 'finish');
    expect(writeDirectly(near, Buffer.from('too late'), nobody)).toBe('none');
  });

  test('is left to a socket that is not connected, or not made as is expected', () => {
    expect(writeDirectly(new Socket(), Buffer.from('any'), nobody)).toBe('none');
    const other = Object.assign(new Socket(), { _handle: {} });
    expect(writeDirectly(other, Buffer.from('any'), nobody)).toBe('none');
  });

  test('is forgotten with the socket', async () => {
    const { near } = await pair();
    let told = 0;
    fill(near, { taken: () => told++ });
    near.destroy();
    await once(near, 'close');
    expect(told).toBe(0);
  });
});
