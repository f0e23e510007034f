import { type Socket } from 'node:net';
import { breakOff } from '../tunnel/break-off';
import { letGo } from './close';
import { type Connection } from '../tunnel/exchange';
import { type MemoryAccount } from '../memory/memory-budget';
import { type Outbox, Outlet } from './write-batcher';
import { TCP_KEEP_ALIVE_MS } from '../tunnel/settings';
import { readAccepted } from './read-buffer';
import { wasReset } from './raw-descriptor';

/** What a tunnel hears of its client. After `clientGone` nothing more comes. */
export interface ClientEvents {
  /** Answers whether nobody keeps the bytes: their memory is read into again. */
  clientBytes(bytes: Buffer): boolean;
  /** The client closed its half of the connection. */
  clientEnded(): void;
  /** There is room again after `send` answered that there was none. */
  clientDrained(): void;
  /** The connection is closed, or was reset. */
  clientGone(): void;
}

/** The connection to the client, from when it was accepted until after it is gone. */
export class ClientSide {
  readonly connection: Connection;
  readonly #socket: Socket;
  readonly #outlet: Outlet;
  #isPaused = false;
  #isKeptAlive = false;
  #hasEnded = false;
  #isGone = false;

  constructor(socket: Socket, outbox: Outbox, account: MemoryAccount, events: ClientEvents) {
    this.#socket = socket;
    this.#outlet = new Outlet(socket, outbox, account, () => events.clientDrained());
    this.connection = { clientAddress: socket.remoteAddress ?? '', clientPort: socket.remotePort ?? 0 };
    const gone = (): void => {
      if (this.#isGone) return;
      this.#isGone = true;
      events.clientGone();
    };
    readAccepted(socket, (bytes) => events.clientBytes(bytes), account);
    socket.on('end', () => {
      this.#hasEnded = true;
      events.clientEnded();
    });
    socket.on('error', gone);
    socket.on('close', () => {
      gone();
      letGo(socket);
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether its end was no farewell. Asked when the client ends, and only where somebody is to be told. */
  get wasReset(): boolean {
    return wasReset(this.#socket);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Answers whether there is room for more. */
  send(bytes: Buffer, from: number, to: number): boolean {
    return this.#isGone || this.#outlet.write(bytes, from, to);
  }

  /** Whether the memory of what was sent is not needed any more. */
  get isFlushed(): boolean {
    return this.#outlet.isFlushed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** When the client last took bytes of those that wait for it; 0 where none wait. */
  waitingSinceMs(now: number, timeoutMs: number): number {
    return this.#isGone ? 0 : this.#outlet.waitingSinceMs(now, timeoutMs);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Sends FIN behind all that was sent, and goes on listening: a client that is still sending can read in peace. */
  end(): void {
    this.#outlet.end();
    this.resume();
  }

  /** Closes the connection behind all that was sent: a client that sent more by then could lose its answer. */
  close(): void {
    this.#outlet.close();
    this.resume();
  }

  /** Has the kernel ask from time to time, from the first call on, whether the client is still there. */
  keepAlive(): void {
    if (this.#isKeptAlive) return;
    this.#isKeptAlive = true;
    this.#socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  }

  /** Leaves without ceremony; nothing more is heard. `withReset`: what the client has must not look whole. */
  leave(withReset: boolean): void {
    this.#isGone = true;
    this.#outlet.flush();
    breakOff(this.#socket, withReset);
  }
}
