import { readSync } from 'node:fs';
import { type Socket } from 'node:net';

const PIECE_BYTES = 64 * 1024;
const ANY_BYTE = Buffer.alloc(1);

/** More than kernels hold for a connection, unless they are told to; and a bound for a peer that never stops. */
const MAX_REST_BYTES = 8 * 1024 * 1024;

/** What the kernel still holds of a connection that Node takes for broken. Empty where Node shows no descriptor. */
export function readRest(socket: Socket): Buffer[] {
  const descriptor = descriptorOf(socket);
  const pieces: Buffer[] = [];
  for (let total = 0; descriptor !== undefined && total < MAX_REST_BYTES;) {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
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

/**
 * Whether the end that Node has just reported of a connection was a reset. Of one that arrives together with bytes it
 * reports the bytes and an end, and leaves the reset to whoever reads next.
 */
export function wasReset(socket: Socket): boolean {
  const descriptor = descriptorOf(socket);
  try {
    if (descriptor !== undefined) readSync(descriptor, ANY_BYTE);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
  }
}

/** Node has no public way to read from a socket behind its back. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd === undefined || handle.fd < 0 ? undefined : handle.fd;
}
