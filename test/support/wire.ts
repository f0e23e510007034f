import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { endedWithReset } from '../../src/net/raw-descriptor';
import { show } from './show';

/** How a peer ended its side: an orderly FIN, or a reset that voids what was under way. */
export type Ending = 'closed' | 'reset';

/** Nothing on loopback takes this long; a wait that lasts longer is a promise not kept. */
const PATIENCE_MS = 10_000;

/**
 * One end of a TCP connection, driven by hand. Everything received is kept until a test takes it, so that what
 * came too much is seen as well as what is missing; a FIN and a reset are told apart.
 */
export class Wire {
  readonly #socket: Socket;
  /** Received and not taken. Joined when it is looked at: to join it with each read would take quadratic time. */
  readonly #pieces: Buffer[] = [];
  #ending: Ending | undefined;
  readonly #waiters = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#pieces.push(bytes);
      this.#wake();
    });
    socket.on('end', () => this.#end(endedWithReset(socket) ? 'reset' : 'closed'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('closed'));
  }

  /** What has been received and not yet taken. */
  get untaken(): Buffer {
    const [first = Buffer.alloc(0)] = this.#pieces;
    if (this.#pieces.length < 2) return first;
    const all = Buffer.concat(this.#pieces);
    this.#pieces.splice(0, this.#pieces.length, all);
    return all;
  }

  /** Undefined as long as the peer may still send. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The port of this end, by which the other end knows it. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Sends each piece in a turn of the event loop of its own, so that a reader in this process gets each one alone. */
  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await nextTurn();
      if (this.#socket.destroyed) return;
      this.#socket.write(piece);
    }
  }

  /** Says that no more will be sent (FIN), and goes on reading. */
  close(): void {
    this.#socket.end();
  }

  /** Ends both directions at once, unsent bytes and all. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Stops and starts reading; the kernel's buffers fill meanwhile. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Frees the socket whatever its state, and resolves when it is free. */
  async dispose(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  /** Takes exactly these bytes; fails on the first byte that differs. */
  async take(expected: Buffer): Promise<void> {
    await this.takeSome((received) => {
      const common = Math.min(received.length, expected.length);
      if (!received.subarray(0, common).equals(expected.subarray(0, common))) {
        throw new Error(`expected ${show(expected)}\n but got ${show(received)}`);
      }
      return received.length >= expected.length ? expected.length : undefined;
    }, show(expected));
  }

  /** Takes as many bytes as `measure` says once it says a number, and returns them; `what` names them in a failure. */
  async takeSome(measure: (received: Buffer) => number | undefined, what: string): Promise<Buffer> {
    await this.until(() => measure(this.untaken) !== undefined || this.#ending !== undefined, what);
    const received = this.untaken;
    const length = measure(received);
    if (length === undefined) {
      throw new Error(`expected ${what}\n but it was ${String(this.#ending)} after ${show(received)}`);
    }
    this.#pieces.splice(0, this.#pieces.length, ...(length < received.length ? [received.subarray(length)] : []));
    return received.subarray(0, length);
  }

  /** Waits for the peer's end and says which it was. */
  async ended(): Promise<Ending> {
    await this.until(() => this.#ending !== undefined, 'an end');
    return this.#ending ?? 'closed';
  }

  /** Waits until `holds`; looked at whenever bytes or an end arrive. */
  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        finish();
      };
      const look = (): void => {
        try {
          if (holds()) settle(resolve);
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`waited in vain for ${what}\n after ${show(this.untaken)}`))),
        PATIENCE_MS,
      );
      this.#waiters.add(look);
    });
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiters]) look();
  }
}

/** Connects to a port on loopback; the other side may close its half and still be written to. */
export async function dial(port: number, host = '127.0.0.1'): Promise<Wire> {
  const socket = connect({ port, host, allowHalfOpen: true });
  await once(socket, 'connect');
  return new Wire(socket);
}
