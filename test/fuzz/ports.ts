import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { endedWithReset } from '../../src/net/raw-descriptor';

/** A target whose every connection the property handles itself. */
export interface ScriptedTarget {
  readonly port: number;
  /** What is to happen with the next connections; they come one at a time. */
  serve(handle: (socket: Socket) => void): void;
  stop(): Promise<void>;
}

export async function startScriptedTarget(): Promise<ScriptedTarget> {
  const open = new Set<Socket>();
  let handler: (socket: Socket) => void = (socket) => socket.destroy();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    handler(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    serve: (handle) => void (handler = handle),
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One end of a connection while a property watches it. */
export class End {
  readonly socket: Socket;
  #parts: Buffer[] = [];
  #length = 0;
  #hasEnded = false;
  #error: Error | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#parts.push(bytes);
      this.#length += bytes.length;
      this.#wake();
    });
    socket.on('end', () => {
      if (endedWithReset(socket)) this.#error = new Error('reset');
      this.#hasEnded = true;
      this.#wake();
    });
    socket.on('error', (error) => (this.#error = error));
    socket.on('close', () => this.#wake());
  }

  get received(): Buffer {
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }

  /** The other side said that it will send no more, and was not cut off. */
  get hasEnded(): boolean {
    return this.#hasEnded && this.#error === undefined;
  }

  get wasReset(): boolean {
    return this.#error !== undefined;
  }

  /** Waits for so many bytes in all; false when the connection ended before. */
  async has(length: number): Promise<boolean> {
    while (this.#length < length && !this.#hasEnded && !this.socket.closed) await this.#change();
    return this.#length >= length;
  }

  /** Waits for the end of what the other side sends, clean or not. */
  async over(): Promise<void> {
    while (!this.#hasEnded && !this.socket.closed) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Writes pieces so that most of them are read by themselves. */
export async function writePieces(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await new Promise((resolve) => setImmediate(resolve));
    if (!socket.writable) return;
    if (!socket.write(piece, 'latin1'))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined); // an error closes too
  }
}

/** Gives up on what takes too long; the property then calls it a hang. */
export async function within<T>(work: Promise<T>, limitMs: number): Promise<T | 'hang'> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'hang'>((resolve) => (timer = setTimeout(resolve, limitMs, 'hang')));
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
