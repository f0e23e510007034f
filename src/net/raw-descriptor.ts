import { readSync } from 'node:fs';
import { type Socket } from 'node:net';
import { handleOf } from './capabilities';

const PIECE_BYTES = 64 * 1024;
const ANY_BYTE = Buffer.alloc(1);

/** More than a kernel buffers for one connection by default, and a limit for a peer that never stops sending. */
const MAX_DRAINED_BYTES = 8 * 1024 * 1024;

/** Reads what the kernel still buffers for a connection that Node treats as failed. Empty where Node exposes no descriptor. */
export function drainDescriptor(socket: Socket): Buffer[] {
  const descriptor = descriptorOf(socket);
  const pieces: Buffer[] = [];
  for (let total = 0; descriptor !== undefined && total < MAX_DRAINED_BYTES;) {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const length = readIfAny(descriptor, piece);
    if (length === 0) break;
    total += length;
    pieces.push(piece.subarray(0, length));
  }
  return pieces;
}

/** 0 at the end of the stream, and also where `read` fails: EAGAIN and ECONNRESET both mean that no bytes are left. */
function readIfAny(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch {
    return 0;
  }
}

/**
 * Whether the end that Node has just reported for a connection was a reset. Where RST arrives together with bytes, Node reports
 * the bytes and then an ordinary end; only the next `read` returns ECONNRESET.
 */
export function endedWithReset(socket: Socket): boolean {
  const descriptor = descriptorOf(socket);
  try {
    if (descriptor !== undefined) readSync(descriptor, ANY_BYTE);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
  }
}

/** Node has no public way to read from the descriptor of a socket. */
function descriptorOf(socket: Socket): number | undefined {
  const fd = handleOf(socket)?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}
