import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, Socket, connect, createServer } from 'node:net';
import {
  type ReadBuffer,
  SHARED_BYTES,
  type ReadHandler,
  createReadBuffer,
  emptyPool,
  readIntoBuffer,
} from '../../src/net/read-buffer';
import { closeAfterEach } from '../support/close-after-each';
import { openAccount } from '../support/memory-account';

const opened = closeAfterEach();

/** Both ends of a connection. */
async function pair(): Promise<{ readonly accepted: Socket; readonly peer: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  opened(server);
  await once(server, 'listening');
  const arrival = once(server, 'connection');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
  const [accepted] = (await arrival) as [Socket];
  for (const socket of [accepted, peer]) opened({ close: () => socket.destroy() });
  return { accepted, peer };
}

/** What a connection reads into from when one read has filled what all share. */
function grown(take: ReadHandler): ReadBuffer {
  let isGrowing = true;
  const own = createReadBuffer((bytes) => isGrowing || take(bytes), openAccount());
  own.callback(own.buffer().length);
  isGrowing = false;
  return own;
}

describe('memory that is read into again', () => {
  test('is shared at first, and large from the first read on that fills it', () => {
    const taken: Buffer[] = [];
    const one = createReadBuffer((bytes) => taken.push(bytes) > 0, openAccount());
    const other = createReadBuffer(() => true, openAccount());
    expect(one.buffer()).toHaveLength(SHARED_BYTES);
    expect(one.buffer()).toBe(other.buffer());
    one.callback(SHARED_BYTES - 1);
    expect(one.buffer()).toBe(other.buffer());
    one.callback(SHARED_BYTES);
    expect(one.buffer()).toHaveLength(256 * 1024);
    one.callback(SHARED_BYTES);
    expect(one.buffer()).toHaveLength(256 * 1024);
    expect(other.buffer()).toHaveLength(SHARED_BYTES);
    expect(taken.map(({ length }) => length)).toEqual([SHARED_BYTES - 1, SHARED_BYTES, SHARED_BYTES]);
    one.release();
  });

  test('is shared again after a short read.', () => {
    const own = grown(() => true);
    own.callback(own.buffer().length);
    expect(own.buffer()).toHaveLength(256 * 1024);
    own.callback(SHARED_BYTES - 1);
    expect(own.buffer()).toHaveLength(SHARED_BYTES);
  });

  test('stays shared while the budget has no room for a large buffer.', () => {
    const own = createReadBuffer(() => true, { borrow: () => false, giveBack: () => undefined });
    own.callback(own.buffer().length);
    expect(own.buffer()).toHaveLength(SHARED_BYTES);
  });

  test('is charged from the first long read to the short one, and at most once.', () => {
    const account = openAccount();
    const before = account.usedBytes;
    const own = createReadBuffer(() => true, account);
    for (let i = 0; i < 3; i++) own.callback(own.buffer().length);
    expect(account.usedBytes - before).toBe(256 * 1024);
    own.callback(1);
    expect(account.usedBytes - before).toBe(0);
    own.callback(own.buffer().length);
    own.release();
    expect(account.usedBytes - before).toBe(0);
  });

  test('is the same as long as no peer needs its bytes, and the shared one meanwhile.', () => {
    let isFree = true;
    const { buffer, callback } = grown(() => isFree);
    const large = buffer();
    callback(SHARED_BYTES);
    expect(buffer()).toBe(large);
    isFree = false;
    callback(SHARED_BYTES);
    expect(buffer()).toHaveLength(SHARED_BYTES);
    callback(10);
    expect(buffer()).toHaveLength(SHARED_BYTES);
    isFree = true;
    callback(SHARED_BYTES);
    expect(buffer()).toBe(large);
  });
});

describe('memory that a connection leaves', () => {
  test("is the next one's", () => {
    const { buffer, release } = grown(() => true);
    const first = buffer();
    release();
    release();
    const [second, third] = [grown(() => true), grown(() => true)];
    expect(second.buffer()).toBe(first);
    expect(third.buffer()).not.toBe(first);
    second.release();
    third.release();
  });

  test('is not reused after the pool was emptied', () => {
    const { buffer, release } = grown(() => true);
    const first = buffer();
    release();
    emptyPool();
    const next = grown(() => true);
    expect(next.buffer()).not.toBe(first);
    next.release();
  });

  test('is read into no more, and nobody is told of it', () => {
    const taken: Buffer[] = [];
    const { buffer, callback, release } = createReadBuffer((bytes) => taken.push(bytes) > 0, openAccount());
    callback(SHARED_BYTES);
    release();
    expect(buffer()).toHaveLength(SHARED_BYTES);
    callback(1);
    expect(taken).toHaveLength(1);
  });

  test('is not, where it is what all share', () => {
    const { buffer, release } = createReadBuffer(() => true, openAccount());
    const shared = buffer();
    release();
    expect(grown(() => true).buffer()).not.toBe(shared);
  });

  test('is not, where somebody keeps its bytes', () => {
    const { buffer, callback, release } = grown(() => false);
    const first = buffer();
    callback(10);
    release();
    expect(grown(() => true).buffer()).not.toBe(first);
  });

  test('is not, where the connection ends while its bytes are looked at', () => {
    const own = grown(() => {
      own.release();
      return true;
    });
    const first = own.buffer();
    own.callback(10);
    expect(grown(() => true).buffer()).not.toBe(first);
  });
});

describe('an accepted socket', () => {
  test('is read into memory of its own, in this Node too', async () => {
    const { accepted, peer } = await pair();
    const taken: Buffer[] = [];
    readIntoBuffer(
      accepted,
      (bytes) => {
        taken.push(bytes);
        accepted.emit('taken');
        return true;
      },
      openAccount(),
    );
    for (const text of ['one', 'two']) {
      const arrival = once(accepted, 'taken');
      peer.write(text);
      await arrival;
    }
    const [first, second] = taken;
    expect(second?.toString()).toBe('two');
    expect(first?.buffer).toBe(second?.buffer);
    expect(first?.toString()).toBe('two');
  });

  test('ends, and is paused and resumed, like any other', async () => {
    const { accepted, peer } = await pair();
    const taken: string[] = [];
    readIntoBuffer(
      accepted,
      (bytes) => {
        taken.push(bytes.toString());
        accepted.pause();
        accepted.emit('taken');
        return true;
      },
      openAccount(),
    );
    const arrival = once(accepted, 'taken');
    peer.write('one');
    await arrival;
    await new Promise((resolve) => peer.end('two', () => resolve(undefined)));
    expect(taken).toEqual(['one']);
    const [second, end] = [once(accepted, 'taken'), once(accepted, 'end')];
    accepted.resume();
    await second;
    accepted.resume();
    await end;
    expect(taken).toEqual(['one', 'two']);
  });

  test('is read as Node reads any socket where the places are not to be found', async () => {
    const { peer } = await pair();
    // Not connected yet: there is no handle whose memory could be chosen.
    const other = new Socket();
    opened({ close: () => other.destroy() });
    const taken: string[] = [];
    readIntoBuffer(other, (bytes) => taken.push(bytes.toString()) > 0, openAccount());
    other.emit('data', Buffer.from('any'));
    expect(taken).toEqual(['any']);
    peer.destroy();
  });
});
