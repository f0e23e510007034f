import { type Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { type Handle, UNUSED_ID, WRITE_FORM, type WriteRequest, handleOf } from './capabilities';

/** Notified when a write that the kernel took only in part completes. */
export interface PendingWriter {
  onFlushed(): void;
}

/**
 * `complete`: the kernel took all bytes. `pending`: libuv writes the rest, and the memory is in use until then. `unsupported`: no byte
 * was written; write to the socket instead, which also reports the error if there was one.
 */
export type WriteResult = 'complete' | 'pending' | 'unsupported';

/** A write that completes immediately leaves its request unused, so the next write can use it. */
let spareRequest: WriteRequest | undefined = WRITE_FORM.kind === 'request' ? WRITE_FORM.create() : undefined;

/**
 * Writes to a socket that has no pending writes, and bypasses its stream: the kernel takes nearly every write completely, so
 * the stream has nothing to keep. Earns 4 % of a small exchange and of a 404 (`npm run bench`). After `pending` the writer is
 * notified once, unless the socket is destroyed before.
 */
export function writeDirectly(socket: Socket, bytes: Uint8Array, writer: PendingWriter): WriteResult {
  const handle = handleOf(socket);
  if (handle?.writeBuffer === undefined) return 'unsupported';
  const request = dispatch(handle, bytes);
  if (typeof request === 'string') return request;
  request.buffer = bytes;
  request.oncomplete = (status) => {
    if (status < 0) socket.destroy(writeError(status));
    else writer.onFlushed();
  };
  if (typeof request.writeStatus === 'number') request.oncomplete(request.writeStatus);
  return 'pending';
}

/** Gives the request of a write that is pending, and the result of any other. */
function dispatch(handle: Handle, bytes: Uint8Array): WriteRequest | 'complete' | 'unsupported' {
  if (WRITE_FORM.kind === 'lazy') {
    const result = handle.writeBuffer?.(null, bytes);
    if (result === 0) return 'complete';
    return typeof result === 'object' && result !== null ? (result as WriteRequest) : 'unsupported';
  }
  const request = spareRequest;
  if (request === undefined || WRITE_FORM.kind !== 'request') return 'unsupported';
  if (handle.writeBuffer?.(request, bytes) !== 0) return 'unsupported';
  // The length of the queue does not tell: the rest may be gone already, and Node still uses the request to report it.
  if (request.getAsyncId() === UNUSED_ID) return 'complete';
  spareRequest = WRITE_FORM.create();
  return request;
}

/** The bytes of pending writes that the kernel has not taken; 1 where Node does not expose the number. */
export const queueLengthOf = (socket: Socket): number => handleOf(socket)?.writeQueueSize ?? 1;

/** The error as Node reports it for a write of a stream. */
function writeError(status: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { errno: status, code, syscall: 'write' });
}
