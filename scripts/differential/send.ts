import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { type Recording, type Tap } from '../servers/tap';

/** What happened to one case. */
export interface Outcome {
  /** What the client got. */
  readonly answer: Buffer;
  readonly recordings: readonly Recording[];
  /** Nobody had closed the connection when we gave up waiting. */
  readonly isOpen: boolean;
}

/** Nothing moved for so long: everybody waits for us. */
const QUIET_MS = 250;
const POLL_MS = 10;
/** More than the tap lingers. */
const AFTER_CLOSE_MS = 800;

/** Sends a case and waits until the connections are over, or until nothing moves any more. */
export async function send(port: number, tap: Tap, pieces: readonly string[]): Promise<Outcome> {
  tap.reset();
  const parts: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let movedAt = performance.now();
  const moved = (): void => void (movedAt = performance.now());
  socket.on('error', moved); // refused bytes may come back as a reset
  socket.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    moved();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await write(pieces, (text) => socket.write(text, 'latin1'));
  const isQuiet = (): boolean => performance.now() - movedAt > QUIET_MS;
  const isOver = await Promise.race([closed.then(() => true), until(isQuiet)]);
  if (!isOver) {
    socket.end();
    await Promise.race([closed, delay(QUIET_MS)]);
  }
  socket.destroy();
  await until(() => tap.recordings().every((recording) => recording.isOver), AFTER_CLOSE_MS);
  return { answer: Buffer.concat(parts), recordings: tap.recordings(), isOpen: !isOver };
}

/** Pieces go out in reads of their own as far as loopback lets them. */
async function write(pieces: readonly string[], put: (text: string) => void): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await delay(1);
    put(piece);
  }
}

async function until(isTrue: () => boolean, limitMs = 20_000): Promise<false> {
  const giveUpAt = performance.now() + limitMs;
  while (!isTrue() && performance.now() < giveUpAt) await delay(POLL_MS);
  return false;
}
