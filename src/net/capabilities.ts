import { Socket, type SocketConstructorOpts } from 'node:net';

/** The part of Node's socket handle that the techniques of this folder use. Node documents none of it. */
export interface Handle {
  /** Node ≤ 25 fills the request that it is given, and answers 0 or a negative error number. Node ≥ 26: see `WriteForm`. */
  readonly writeBuffer?: (request: object | null, bytes: Uint8Array) => unknown;
  readonly useUserBuffer?: (buffer: Buffer) => void;
  /** The descriptor; negative once it is closed. Missing on Windows. */
  readonly fd?: number;
  /** The bytes in the write queue of libuv; Node itself compares two readings to detect progress. */
  readonly writeQueueSize?: number;
}

/** The symbols under which a socket stores its `onread` option. */
export interface ReadSymbols {
  readonly buffer: symbol;
  readonly callback: symbol;
  readonly next: symbol;
}

/**
 * How this Node writes to a handle. `request`: the caller passes a write request, which stays unused where the kernel takes all
 * bytes. `lazy`: the caller passes null, and Node answers 0, or a request where the kernel did not take all bytes.
 */
export type WriteForm =
  | { readonly kind: 'request'; readonly create: () => WriteRequest }
  | { readonly kind: 'lazy' }
  | { readonly kind: 'unsupported' };

/** Node's bookkeeping of a write that the kernel did not take completely. */
export interface WriteRequest {
  buffer?: Uint8Array;
  oncomplete?: (status: number) => void;
  /** The result of a write that completed before `oncomplete` was set; null or missing otherwise. */
  writeStatus?: number | null;
  /** {@link UNUSED_ID} until Node needs the request: that distinguishes the two results of a write. */
  readonly getAsyncId: () => number;
}

export const UNUSED_ID = -1;

export const WRITE_FORM: WriteForm = detectWriteForm();

export const READ_SYMBOLS: ReadSymbols | undefined = detectReadSymbols(new Socket());

/** The techniques that this Node supports. Without one the same bytes take a slower way, and nothing else changes. */
interface Capabilities {
  /** All connections read into one buffer. Without it an upload costs two and a half times the instructions. */
  readonly sharedReads: boolean;
  /** Writes bypass the stream. Without it a small exchange costs 4 % more. */
  readonly directWrites: boolean;
}

/** The capabilities of this Node. Reported at start in the log, and as the metric `ambassador.node.capability`. */
export const capabilities: Capabilities = {
  sharedReads: READ_SYMBOLS !== undefined,
  directWrites: WRITE_FORM.kind !== 'unsupported',
};

/**
 * The handle of a plain TCP connection; `undefined` after it is closed, and for all other sockets. A TLS socket exposes the
 * same members, but its descriptor carries ciphertext.
 */
export function handleOf(socket: Socket): Handle | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: Handle | null };
  return handle?.constructor.name === 'TCP' ? handle : undefined;
}

/** Observes the arguments of a write to a socket that is not connected. */
function detectWriteForm(): WriteForm {
  const given: unknown[] = [];
  const handle = { writeBuffer: (first: unknown): number => given.push(first) && 0 };
  const options: SocketConstructorOpts & { readonly handle: object; readonly manualStart: boolean } = {
    ...{ handle, manualStart: true, readable: false },
  };
  new Socket(options).write(Buffer.alloc(1));
  const [first] = given;
  if (first === null) return { kind: 'lazy' };
  if (!isRequest(first)) return { kind: 'unsupported' };
  const RequestType = first.constructor as new () => WriteRequest;
  return { kind: 'request', create: () => new RequestType() };
}

function isRequest(given: unknown): given is WriteRequest {
  const request = given as Partial<WriteRequest> | null | undefined;
  return request?.constructor.name === 'WriteWrap' && request.getAsyncId?.() === UNUSED_ID;
}

function detectReadSymbols(socket: Socket): ReadSymbols | undefined {
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, callback, next] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  return buffer && callback && next && { buffer, callback, next };
}
