import { readSync } from 'node:fs';
import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';

/** Receives what the target sent, and answers whether the memory may be read into again: nobody keeps the bytes. */
export type TakeBytes = (bytes: Buffer) => boolean;

/** As much as Node reads at once. Pages that no answer ever reaches cost nothing. */
const READ_BYTES = 64 * 1024;

const TCP_KEEP_ALIVE_MS = 60_000;

/** More than kernels hold for a connection, unless they are told to; and a bound for a target that never stops. */
const MAX_LAST_WORDS_BYTES = 8 * 1024 * 1024;

/**
 * A socket that reads into memory of its own, again and again: what Node allocates for every read of a fast download is
 * most of its cost. And one that keeps what the target said before writing to it failed.
 */
export class TargetSocket extends Socket {
  #lastWords: readonly Buffer[] = [];

  constructor(take: TakeBytes) {
    super(optionsFor(take));
  }

  /** What was still unread when a write failed, and must be read before the failure counts. */
  get lastWords(): readonly Buffer[] {
    return this.#lastWords;
  }

  /**
   * A target that has answered may reset the connection behind its answer, because it wants no more of the request
   * (RFC 9112 §9.6). Whoever then writes learns of the reset before having read the answer, and Node closes the
   * descriptor with the answer in it.
   */
  override _destroy(error: NodeJS.ErrnoException | null, callback: (error?: Error | null) => void): void {
    if (error?.syscall === 'write') this.#lastWords = readRest(descriptorOf(this));
    super._destroy(error, callback);
  }
}

/** Node takes these of a socket that it makes to connect; the types know them only there. */
type Options = SocketConstructorOpts &
  Pick<TcpSocketConnectOpts, 'onread' | 'noDelay' | 'keepAlive' | 'keepAliveInitialDelay'>;

function optionsFor(take: TakeBytes): Options {
  let buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  let mayReuse = true;
  return {
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    onread: {
      buffer: () => (mayReuse ? buffer : (buffer = Buffer.allocUnsafeSlow(READ_BYTES))),
      callback(length) {
        mayReuse = take(length === READ_BYTES ? buffer : buffer.subarray(0, length));
        return true;
      },
    },
  };
}

/** Node has no public way to read from a socket that it takes for broken. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd ?? -1;
}

function readRest(descriptor: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let total = 0; descriptor >= 0 && total < MAX_LAST_WORDS_BYTES;) {
    const piece = Buffer.allocUnsafeSlow(READ_BYTES);
    const length = readIfAny(descriptor, piece);
    if (length === 0) break;
    total += length;
    pieces.push(piece.subarray(0, length));
  }
  return pieces;
}

/** 0 at the end. That there is nothing more, or nothing but the reset, is an error to Node and the end to us. */
function readIfAny(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch {
    return 0;
  }
}
