import { type AcceptedSocket, type ClientAddress, addressOf } from './accept';
import { destroySocket, releaseSocket } from './close';
import { type ConnectionOwner, TCP_KEEP_ALIVE_MS } from './connection-owner';
import { endedWithReset } from './raw-descriptor';
import { readIntoBuffer } from './read-buffer';
import { SocketWriter } from './socket-writer';

/** Receives the events of a client connection. `clientGone` is the last one. */
export interface ClientEvents {
  /** The bytes are valid only during the call, unless they are written to the target: copy what you keep. */
  clientBytes(bytes: Buffer): void;
  /** The client closed its half of the connection. */
  clientEnded(): void;
  /** The connection is closed, or was reset. */
  clientGone(): void;
}

const IGNORE: ClientEvents = {
  clientBytes: () => undefined,
  clientEnded: () => undefined,
  clientGone: () => undefined,
};

/** The connection to the client, from its acceptance until after its end. */
export class ClientConnection {
  readonly address: ClientAddress;
  readonly #socket: AcceptedSocket;
  readonly #writer: SocketWriter;
  #events: ClientEvents = IGNORE;
  #isPaused = false;
  #isKeptAlive = false;
  #hasEnded = false;
  #isGone = false;

  constructor(socket: AcceptedSocket, owner: ConnectionOwner) {
    const { context, account } = owner;
    this.#socket = socket;
    this.#writer = new SocketWriter(socket, context.batcher, account, () => owner.onClientDrained());
    this.address = addressOf(socket);
    const gone = (): void => {
      if (this.#isGone) return;
      this.#isGone = true;
      owner.onActive();
      this.#events.clientGone();
    };
    readIntoBuffer(
      socket,
      (bytes) => {
        owner.onActive();
        this.#events.clientBytes(bytes);
        return owner.target.isFlushed;
      },
      account,
    );
    socket.on('end', () => {
      this.#hasEnded = true;
      owner.onActive();
      this.#events.clientEnded();
    });
    socket.on('error', gone);
    socket.on('close', () => {
      gone();
      releaseSocket(socket);
    });
  }

  /** Replaces the receiver of the events. */
  notify(events: ClientEvents): void {
    this.#events = events;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the connection ended with RST instead of FIN. Costs a system call; call it only when the client ends. */
  get wasReset(): boolean {
    return endedWithReset(this.#socket);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Writes bytes, and tells whether there is room for more. */
  send(bytes: Buffer, from: number, to: number): boolean {
    return this.#isGone || this.#writer.write(bytes, from, to);
  }

  /** Whether the memory of all sent bytes can be reused. */
  get isFlushed(): boolean {
    return this.#writer.isFlushed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Since when the client has taken none of the pending bytes; 0 where none are pending. */
  waitingSinceMs(now: number, timeoutMs: number): number {
    return this.#isGone ? 0 : this.#writer.waitingSinceMs(now, timeoutMs);
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

  /** Sends FIN after all sent bytes, and goes on reading: a client that is still sending must not lose the response to a reset. */
  end(): void {
    this.#writer.end();
    this.resume();
  }

  /** Closes the connection after all sent bytes. A client that sends more could lose its response. */
  close(): void {
    this.#writer.close();
    this.resume();
  }

  /** Enables TCP keep-alive. Only the first call has an effect. */
  keepAlive(): void {
    if (this.#isKeptAlive) return;
    this.#isKeptAlive = true;
    this.#socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  }

  /** Closes the connection now; no event follows. `withReset`: the client must not take what it has for a complete message. */
  destroy(withReset: boolean): void {
    this.#isGone = true;
    this.#writer.flush();
    destroySocket(this.#socket, withReset);
  }
}
