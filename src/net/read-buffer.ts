import { type Socket } from 'node:net';
import { type BufferAccount } from '../memory/accounts';
import { READ_SYMBOLS, type ReadSymbols, handleOf } from './capabilities';

/**
 * Receives the bytes of one read. Returns whether their memory can be reused. Bytes that {@link isShared} are valid only
 * during the call: copy what you need.
 */
export type ReadHandler = (bytes: Buffer) => boolean;

/**
 * The size of a large buffer, four times Node's read size: 8 % less processor time for a large download, 11 % for an upload
 * (`npm run bench`), and no gain above it. The kernel maps only the pages that messages reach.
 */
const READ_BYTES = 256 * 1024;

/** Enough for most messages. */
export const SHARED_BYTES = 24 * 1024;

/**
 * The buffer that every connection reads into until one read fills it. Most never do: 5,000 idle connections take 20 MiB less
 * with it than with 2 KiB for each direction, and the buffer of busy connections stays in the processor's cache.
 */
const SHARED: Buffer = Buffer.allocUnsafeSlow(SHARED_BYTES);

/** Whether the bytes are in the shared buffer: they are valid only during the call that passes them. */
export const isShared = (bytes: Buffer): boolean => bytes.buffer === SHARED.buffer;

/** Reads up to this length use cached views. */
const MAX_VIEWED_BYTES = 4 * 1024;

/** Views of the shared buffer by length. Creating one for each read costs as much as parsing a small request. */
const VIEWS: (Buffer | undefined)[] = Array.from({ length: MAX_VIEWED_BYTES + 1 }, () => undefined);

function sharedBytes(length: number): Buffer {
  if (length > MAX_VIEWED_BYTES) return firstBytes(SHARED, length);
  return (VIEWS[length] ??= SHARED.subarray(0, length));
}

const firstBytes = (buffer: Buffer, length: number): Buffer =>
  length === buffer.length ? buffer : buffer.subarray(0, length);

/** Large buffers for the next connections: without a pool the garbage collector is busy with those of the last ones. */
const POOL: Buffer[] = [];
const MAX_POOLED = 16;

const takeFromPool = (): Buffer => POOL.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);

function returnToPool(buffer: Buffer): void {
  if (POOL.length < MAX_POOLED) POOL.push(buffer);
}

/** Leaves the pooled buffers to the garbage collector: where memory is scarce, the pool of 4 MiB is worth freeing. */
export function emptyPool(): void {
  POOL.length = 0;
}

/** Whether the bytes are in a large buffer, which was charged when it was lent. */
export const isLarge = (bytes: Uint8Array): boolean => bytes.buffer.byteLength === READ_BYTES;

/** The memory that the reads of one connection use: the two functions of Node's `onread` option. */
export interface ReadBuffer {
  /** The memory for the next read. */
  readonly buffer: () => Buffer;
  /** Called after each read with its length. */
  readonly callback: (length: number) => boolean;
  /** Returns the memory. Call it when nothing more is read. */
  readonly release: () => void;
}

const noop: ReadHandler = () => true;

/**
 * Reuses memory for all reads of a connection: an allocation for each read costs more than the read. A connection reads into
 * the shared buffer until one read fills it, then into a large buffer as long as reads are long and `account` has room for it.
 * While a pending write still uses the large buffer, reads use the shared one, whose bytes are copied.
 */
export function createReadBuffer(handler: ReadHandler, account: BufferAccount): ReadBuffer {
  let handle = handler;
  let large: Buffer | undefined;
  let isLargeInUse = false;
  let isReadLarge = false;
  const giveBack = (): void => {
    if (large !== undefined && !isLargeInUse) returnToPool(large);
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
      if (isReadLarge) isLargeInUse = true; // until the handler returns: the connection may end meanwhile
      // Reusable bytes include those of all earlier reads.
      if (handle(bytes)) isLargeInUse = false;
      if (large === undefined) {
        if (length === SHARED_BYTES && account.borrow(READ_BYTES)) large = takeFromPool();
      } else if (!isLargeInUse && length < SHARED_BYTES) giveBack();
      return true;
    },
    release() {
      giveBack();
      handle = noop;
    },
  };
}

/**
 * Reads from an accepted socket into reused memory. Node has the option `onread` only for sockets that connect; here its
 * fields are set directly. Where Node lacks them the socket is read like any other. Earns 9 % of the instructions of a small
 * exchange, 60 % of those of an upload and 45 MiB of its memory (`npm run bench`).
 */
export function readIntoBuffer(socket: Socket, handler: ReadHandler, account: BufferAccount): void {
  const handle = handleOf(socket);
  if (READ_SYMBOLS === undefined || handle?.useUserBuffer === undefined) {
    socket.on('data', handler);
    return;
  }
  const readBuffer = createReadBuffer(handler, account);
  const first = readBuffer.buffer();
  setReadFields(socket, READ_SYMBOLS, readBuffer, first);
  handle.useUserBuffer(first);
  socket.once('close', readBuffer.release);
  socket.resume();
}

function setReadFields(socket: Socket, symbols: ReadSymbols, { callback, buffer }: ReadBuffer, first: Buffer): void {
  const fields = socket as Socket & Record<symbol, unknown>;
  fields[symbols.buffer] = first;
  fields[symbols.callback] = callback;
  fields[symbols.next] = buffer;
}
