import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { type Recording, type Tap } from '../servers/recording-proxy';

/** The client sent a piece when it had received so many final responses. */
export interface SentPiece {
  readonly atMs: number;
  readonly responses: number;
}

/** What happened to one case. */
export interface Observation {
  readonly sent: readonly SentPiece[];
  /** What the client received. */
  readonly answer: Buffer;
  readonly recordings: readonly Recording[];
}

/** No byte has moved for this long: each side waits for the client. */
const QUIET_MS = 300;
/** Without any answer, the ambassador may not have come to the case: a machine may be busy. */
const UNANSWERED_MS = 3_000;
/** A piece waits this long for an answer to the one before it. */
const PAUSE_MS = 150;
const POLL_MS = 5;
/** Longer than the tap lingers. */
const AFTER_CLOSE_MS = 2_000;

/** Sends a case from an address of its own, and waits until the connections are over, or until no byte moves. */
export async function send(
  port: number,
  tap: Tap,
  pieces: readonly (readonly string[])[],
  localAddress: string,
): Promise<Observation> {
  tap.reset();
  const client = new Client(port, localAddress);
  for (const [index, fragments] of pieces.entries()) {
    if (index > 0) await client.waitForAnswer();
    await client.write(fragments);
  }
  await client.finish();
  await until(() => tap.isOver(), AFTER_CLOSE_MS);
  return { sent: client.sent, answer: client.received, recordings: tap.recordings() };
}

const FINAL_RESPONSE = /^HTTP\/1\.[01] [2-5][0-9]{2}\b/gm;

class Client {
  readonly sent: SentPiece[] = [];
  readonly #parts: Buffer[] = [];
  readonly #socket;
  readonly #closed: Promise<true>;
  #movedAt = performance.now();
  /** How many reads there had been when the last piece was sent. */
  #seen = 0;

  constructor(port: number, localAddress: string) {
    const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
    this.#socket = socket;
    socket.on('error', () => undefined); // refused bytes may come back as a reset
    socket.on('data', (bytes: Buffer) => {
      this.#parts.push(bytes);
      this.#movedAt = performance.now();
    });
    this.#closed = new Promise((resolve) => socket.on('close', () => resolve(true)));
  }

  get received(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Writes fragments in reads of their own, as far as loopback allows. */
  async write(fragments: readonly string[]): Promise<void> {
    this.#seen = this.#parts.length;
    const responses = this.received.toString('latin1').match(FINAL_RESPONSE)?.length ?? 0;
    this.sent.push({ atMs: performance.now(), responses });
    for (const [index, fragment] of fragments.entries()) {
      if (index > 0) await delay(1);
      if (this.#socket.writable) this.#socket.write(fragment, 'latin1');
    }
    this.#movedAt = performance.now();
  }

  async waitForAnswer(): Promise<void> {
    const hasAnswer = (): boolean => this.#parts.length > this.#seen || this.#socket.closed;
    await until(hasAnswer, PAUSE_MS);
  }

  async finish(): Promise<void> {
    const isQuiet = (): boolean => performance.now() - this.#movedAt > QUIET_MS;
    const isClosed = await Promise.race([this.#closed, until(isQuiet)]);
    if (!isClosed) {
      this.#socket.end();
      await Promise.race([this.#closed, delay(this.#parts.length > 0 ? QUIET_MS : UNANSWERED_MS)]);
    }
    this.#socket.destroy();
  }
}

async function until(isTrue: () => boolean, limitMs = 20_000): Promise<false> {
  const giveUpAt = performance.now() + limitMs;
  while (!isTrue() && performance.now() < giveUpAt) await delay(POLL_MS);
  return false;
}
