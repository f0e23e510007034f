import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { SocketWriter } from '../../src/net/socket-writer';
import { WriteBatcher } from '../../src/net/write-batcher';
import { SHARED_BYTES, isShared, createReadBuffer } from '../../src/net/read-buffer';
import { openAccount } from '../support/memory-account';

/** A connection, from the end that is written to, and what has arrived at the other one. */
interface Wire {
  readonly near: Socket;
  readonly far: Socket;
  readonly outlet: SocketWriter;
  readonly sent: Buffer[];
  readonly received: Buffer[];
}

const server = createServer({ allowHalfOpen: true });
const wires: Wire[] = [];

async function open(outbox: WriteBatcher): Promise<Wire> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  const near = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown];
  const received: Buffer[] = [];
  far.on('data', (bytes: Buffer) => received.push(bytes));
  near.on('error', () => undefined);
  const wire = {
    near,
    far,
    outlet: new SocketWriter(near, outbox, openAccount(), () => undefined),
    sent: [],
    received,
  };
  wires.push(wire);
  return wire;
}

const openMany = async (outbox: WriteBatcher, count: number): Promise<Wire[]> => {
  const opened: Wire[] = [];
  while (opened.length < count) opened.push(await open(outbox));
  return opened;
};

const shared = createReadBuffer(() => true, openAccount()).buffer();

/** As a tunnel does, which reads into the same memory again: at once where it is shared, otherwise as soon as it may. */
function send(wire: Wire, bytes: Buffer): void {
  wire.sent.push(bytes);
  const read = bytes.length < SHARED_BYTES ? shared.subarray(0, bytes.length) : Buffer.alloc(bytes.length);
  bytes.copy(read);
  wire.outlet.write(read, 0, read.length);
  if (wire.outlet.isFlushed || isShared(read)) read.fill(0);
}

async function warmUp(outbox: WriteBatcher): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    for (let i = 0; i < 40; i++) outbox.shouldBatch();
    await endOfTurn();
  }
}

const same = (wire: Wire): boolean => Buffer.concat(wire.received).equals(Buffer.concat(wire.sent));

describe('the outbox', () => {
  afterEach(async () => {
    for (const { near, far } of wires.splice(0)) {
      near.destroy();
      far.destroy();
    }
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });

  it('gathers in company and not alone', async () => {
    const outbox = new WriteBatcher();
    expect(outbox.shouldBatch()).toBe(false);
    await warmUp(outbox);
    expect(outbox.shouldBatch()).toBe(true);
    for (let turn = 0; turn < 100; turn++) {
      outbox.shouldBatch();
      await endOfTurn();
    }
    expect(outbox.shouldBatch()).toBe(false);
  });

  it('lets small writes wait for the end of the turn, and an end behind them', async () => {
    const outbox = new WriteBatcher();
    await warmUp(outbox);
    const { near, far, outlet, received } = await open(outbox);
    await warmUp(outbox);
    outlet.write(Buffer.from('not a word'), 4, 10);
    outlet.end();
    expect(near.bytesWritten).toBe(0);
    expect(near.writableEnded).toBe(false);
    await once(far, 'end');
    expect(Buffer.concat(received).toString()).toBe('a word');
  });

  it('closes the connection behind what waits', async () => {
    const outbox = new WriteBatcher();
    await warmUp(outbox);
    const { near, far, outlet, received } = await open(outbox);
    await warmUp(outbox);
    outlet.write(Buffer.from('not a word'), 4, 10);
    outlet.close();
    expect(near.destroyed).toBe(false);
    await once(far, 'end');
    expect(near.destroyed).toBe(true);
    expect(Buffer.concat(received).toString()).toBe('a word');
  });

  it('does not close a connection before the kernel has taken everything', async () => {
    const outbox = new WriteBatcher();
    const wire = await open(outbox);
    const { near, far, outlet } = wire;
    far.pause();
    while (outlet.isFlushed) send(wire, Buffer.alloc(64 * 1024, 'x'));
    outlet.close();
    expect(near.destroyed).toBe(false);
    far.resume();
    await once(far, 'end');
    expect(same(wire)).toBe(true);
  });

  it('sends what waits at once when asked to', async () => {
    const outbox = new WriteBatcher();
    const { near, outlet } = await open(outbox);
    await warmUp(outbox);
    outlet.write(Buffer.from('not a word'), 4, 10);
    outlet.flush();
    expect(near.bytesWritten).toBe(6);
    outlet.flush();
    await endOfTurn();
    expect(near.bytesWritten).toBe(6);
  });

  it('keeps every byte and their order, whatever is written in whatever turn', async () => {
    const outbox = new WriteBatcher();
    const opened = await openMany(outbox, 5);
    await warmUp(outbox);
    const writes = fc.sample(
      fc.record({
        wire: fc.nat(4),
        size: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40_000 })),
        endsTurn: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      }),
      3_000,
    );
    for (const [n, { wire, size, endsTurn }] of writes.entries()) {
      const to = opened[wire];
      if (to !== undefined) send(to, Buffer.alloc(size, n % 251));
      if (endsTurn) await endOfTurn();
    }
    for (const { outlet } of opened) outlet.end();
    await Promise.all(opened.map(({ far }) => once(far, 'end')));
    expect(opened.map(same)).toEqual(opened.map(() => true));
  });

  it.each([true, false])(
    'leaves alone what a peer that does not read has not been sent yet (gathers: %s)',
    async (gathers) => {
      const outbox = new WriteBatcher();
      // One alone is no company, however long it goes on.
      const [stuck, ...others] = await openMany(outbox, gathers ? 4 : 2);
      if (stuck === undefined) throw new Error('no connection');
      stuck.far.pause();
      if (gathers) await warmUp(outbox);
      for (let n = 0; stuck.near.writableLength === 0; n++) {
        send(stuck, Buffer.alloc(4096, n % 251));
        for (const other of others) send(other, Buffer.alloc(1000, n % 251));
        await endOfTurn();
      }
      for (let n = 0; n < 50; n++) {
        send(stuck, Buffer.alloc(100, n));
        for (const other of others) send(other, Buffer.alloc(4000, 255));
        await endOfTurn();
      }
      stuck.far.resume();
      for (const { outlet } of [stuck, ...others]) outlet.end();
      await Promise.all([stuck, ...others].map(({ far }) => once(far, 'end')));
      expect([stuck, ...others].every(same)).toBe(true);
    },
  );
});
