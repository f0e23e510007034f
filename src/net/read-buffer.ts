import { Socket } from 'node:net';

/**
 * Receives what a peer sent, and answers whether the memory may be read into again: nobody keeps the bytes. Of bytes that
 * {@link isShared} nobody may keep any.
 */
export type TakeBytes = (bytes: Buffer) => boolean;

/**
 * Four times what Node reads at once: 8 % less processor time for a large download, 11 % for an upload (`npm run bench`), and no
 * more beyond. Pages that no message ever reaches cost nothing.
 */
const READ_BYTES = 256 * 1024;

/** Enough for most messages. */
export const SHARED_BYTES = 24 * 1024;

/**
 * What every connection reads into until one read fills it. Most never do, and are mostly silent: 5,000 idle ones take
 * 20 MiB less with this than with 2 KiB for each direction, and what is busy stays in the processor's cache.
 */
const SHARED: Buffer = Buffer.allocUnsafeSlow(SHARED_BYTES);

/** Whether the bytes stand in memory that every connection reads into: they last as long as the call that gives them. */
export const isShared = (bytes: Buffer): boolean => bytes.buffer === SHARED.buffer;

/** Messages up to this length are seen through views that are made once. */
const MAX_VIEWED_BYTES = 4 * 1024;

/** By their length. To make one for every read would cost as much as to parse what was read. */
const VIEWS: (Buffer | undefined)[] = Array.from({ length: MAX_VIEWED_BYTES + 1 }, () => undefined);

function sharedBytes(length: number): Buffer {
  if (length > MAX_VIEWED_BYTES) return firstBytes(SHARED, length);
  return (VIEWS[length] ??= SHARED.subarray(0, length));
}

const firstBytes = (buffer: Buffer, length: number): Buffer =>
  length === buffer.length ? buffer : buffer.subarray(0, length);

/** So many buffers are kept for the next who need one: without them the collector is busy with those of the last. */
const MAX_SPARE = 16;
const SPARE: Buffer[] = [];

/** The memory that the reads of one connection use; the functions that Node calls `onread`. */
export interface OwnBuffer {
  /** The memory for the next read. */
  readonly buffer: () => Buffer;
  /** Called after each read with its length. */
  readonly callback: (length: number) => boolean;
  /** Called when nothing more is read. */
  readonly release: () => void;
}

const noop: TakeBytes = () => true;

/**
 * Memory that is read into again and again: an allocation for every read costs more than the read. A connection reads into the
 * shared buffer until one read fills it, then into a large buffer of its own as long as reads are long and `account` has room
 * for it. While a slow peer still needs the bytes in the large buffer, reads use the shared one, whose bytes are copied.
 */
export function ownBuffer(taker: TakeBytes, account: BufferAccount): OwnBuffer {
  let take = taker;
  let large: Buffer | undefined;
  let isLargeInUse = false;
  let isReadLarge = false;
  const giveBack = (): void => {
    if (large !== undefined && !isLargeInUse) spare(large);
    if (large !== undefined) account.giveBack(READ_BYTES);
    large = undefined;
    isLargeInUse = isReadLarge = false;
  };
  return {
    buffer() {
      isReadLarge = large !== undefined && !isLargeInUse;
      return isReadLarge && large !== undefined ? large : SHARED;
    },
    callback(length) {
      const bytes = isReadLarge && large !== undefined ? firstBytes(large, length) : sharedBytes(length);
      if (isReadLarge) isLargeInUse = true; // until `take` returns: the connection may end meanwhile
      // Bytes that are no longer needed are those of all reads so far.
      if (take(bytes)) isLargeInUse = false;
      if (large === undefined) {
        if (length === SHARED_BYTES && account.borrow(READ_BYTES)) large = unused();
      } else if (!isLargeInUse && length < SHARED_BYTES) giveBack();
      return true;
    },
    release() {
      giveBack();
      take = noop;
    },
  };
}

/** The account that a large buffer is charged to, see {@link MemoryAccount}. */
export interface BufferAccount {
  borrow(bytes: number): boolean;
  giveBack(bytes: number): void;
}

const unused = (): Buffer => SPARE.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);

function spare(buffer: Buffer): void {
  if (SPARE.length < MAX_SPARE) SPARE.push(buffer);
}

/** Whether the bytes stand in a large buffer, which is charged already. */
export const isLarge = (bytes: Uint8Array): boolean => bytes.buffer.byteLength === READ_BYTES;

/** What every socket has, though Node documents neither. */
type Inner = Record<symbol, unknown> & {
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void } | null;
};

/** Where a socket keeps what its option `onread` said, if this Node still keeps it so. */
const PLACES = placesIn(new Socket());

function placesIn(
  socket: Socket,
): { readonly buffer: symbol; readonly callback: symbol; readonly next: symbol } | undefined {
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, callback, next] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  return buffer && callback && next && { buffer, callback, next };
}

/**
 * Reads from a socket that was accepted, into memory of its own. Node has the option `onread` only for sockets that connect;
 * here its places are filled by hand, and where they are not found the socket is read like any other. Earns
 * 9 % of the instructions of a small exchange, 60 % of those of an upload and 45 MiB of its memory (`npm run bench`).
 */
export function readAccepted(socket: Socket, take: TakeBytes, account: BufferAccount): void {
  const inner = socket as unknown as Inner;
  if (PLACES === undefined || inner._handle?.useUserBuffer === undefined) {
    socket.on('data', take);
    return;
  }
  const own = ownBuffer(take, account);
  const first = own.buffer();
  inner[PLACES.buffer] = first;
  inner[PLACES.callback] = own.callback;
  inner[PLACES.next] = own.buffer;
  inner._handle.useUserBuffer(first);
  socket.once('close', own.release);
  socket.resume();
}
