import { Socket, type SocketConstructorOpts } from 'node:net';
import { getSystemErrorName } from 'node:util';

/** What a socket is made of, and Node documents nothing of. */
interface Handle {
  /** 0, or the negative number of an error. */
  readonly writeBuffer?: (request: WriteRequest, bytes: Uint8Array) => number;
  /** The bytes in the queue of libuv; Node itself compares two readings to detect progress. */
  readonly writeQueueSize?: number;
}

/** What Node keeps of a write that the kernel has not taken whole at once. */
interface WriteRequest {
  buffer?: Uint8Array;
  oncomplete?: (status: number) => void;
  /** {@link UNUSED} until Node needs it; that is what tells the two ways of a write apart. */
  readonly getAsyncId: () => number;
}

const UNUSED = -1;

type WriteRequestType = new () => WriteRequest;

const WriteRequest = typeOfRequests();

/** A write that is taken whole leaves its request as it was, for the next one. */
let request = WriteRequest && new WriteRequest();

/** Looks at what a socket, which leads nowhere, hands down. Undefined where Node does so no more, as from Node 26 on. */
function typeOfRequests(): WriteRequestType | undefined {
  const given: unknown[] = [];
  const handle = { writeBuffer: (first: unknown): number => given.push(first) && 0 };
  const options: SocketConstructorOpts & { readonly handle: object; readonly manualStart: boolean } = {
    ...{ handle, manualStart: true, readable: false },
  };
  new Socket(options).write(Buffer.alloc(1));
  const [first] = given;
  return isRequest(first) ? (first.constructor as WriteRequestType) : undefined;
}

function isRequest(given: unknown): given is WriteRequest {
  const request = given as Partial<WriteRequest> | null | undefined;
  return request?.constructor.name === 'WriteWrap' && request.getAsyncId?.() === UNUSED;
}

/** Who has written more than the kernel took. */
export interface Writer {
  /** It has taken the rest. */
  taken(): void;
}

/** `part`: the rest goes out by itself, and until then the memory is in use. `none`: the socket is to do it itself. */
export type Written = 'whole' | 'part' | 'none';

/**
 * Writes to a socket with nothing in front of it, past the stream that Node has built upon it: the kernel takes nearly every
 * write whole, and then there is nothing for a stream to keep account of. Earns 4 % of a small exchange and of a 404
 * (`npm run bench`). What cannot be written so, be it for an error, is left to the socket; so is everything where
 * this Node's sockets are not what is expected. After `part` the writer hears once, unless the socket is destroyed before.
 */
export function writeDirectly(socket: Socket, bytes: Uint8Array, writer: Writer): Written {
  const { _handle: handle } = socket as Socket & { readonly _handle?: Handle | null };
  if (request === undefined || handle?.writeBuffer?.(request, bytes) !== 0) return 'none';
  // Not by what is left in the queue: that may have gone out meanwhile, and yet the end of the write is still to be told.
  if (request.getAsyncId() === UNUSED) return 'whole';
  request.buffer = bytes;
  request.oncomplete = (status) => {
    if (status < 0) socket.destroy(writeError(status));
    else writer.taken();
  };
  request = WriteRequest && new WriteRequest();
  return 'part';
}

/** The bytes of pending writes that the kernel has not taken; 1 where Node does not tell. */
export function queueLengthOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: Handle | null };
  return handle?.writeQueueSize ?? 1;
}

/** As Node reports it. */
function writeError(status: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { errno: status, code, syscall: 'write' });
}
