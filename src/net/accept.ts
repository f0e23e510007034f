import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const BACKLOG = 1024;
/** The time that a refused client has to read the response. */
const REFUSAL_LINGER_MS = 5_000;
/** The maximum number of refused clients that have this time at once. */
const MAX_LINGERING = 64;

/** The socket of a client. Only this folder uses its members. */
export type AcceptedSocket = Socket;

/** Listens on a TCP port, and closes clients that are refused. */
export class Acceptor {
  readonly #server: Server;
  readonly #onProblem: (error: NodeJS.ErrnoException) => void;
  /** Refused clients that have not closed yet. */
  #lingering = 0;

  /** `onProblem` receives the error of a client that could not be accepted, mostly for lack of file descriptors. */
  constructor(onClient: (socket: AcceptedSocket) => void, onProblem: (error: NodeJS.ErrnoException) => void) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, onClient);
    this.#onProblem = onProblem;
  }

  /**
   * Listens. `host` undefined means every address, IPv6 and IPv4.
   * @throws NodeJS.ErrnoException as `net.Server.listen` reports it: EADDRINUSE, EACCES, EADDRNOTAVAIL…
   */
  async start(port: number, host: string | undefined): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#server.on('error', this.#onProblem);
    return this.#server.address() as AddressInfo;
  }

  /** Accepts no further clients. */
  stop(): void {
    this.#server.close();
  }

  /** Sends the last bytes to a client, and closes. Only a few clients may take their time to read: their sockets use memory. */
  refuse(client: AcceptedSocket, response: Buffer): void {
    client.on('error', () => client.destroy());
    if (this.#lingering >= MAX_LINGERING) {
      client.end(response, () => client.destroy());
      return;
    }
    this.#lingering++;
    const timer = setTimeout(() => client.destroy(), REFUSAL_LINGER_MS);
    client.on('close', () => {
      this.#lingering--;
      clearTimeout(timer);
    });
    client.end(response);
    client.resume();
  }
}

/** The address of a client whose connection was reset before it was accepted: the kernel does not know it any more. */
const UNKNOWN_ADDRESS = 'unknown';

/** The address of a client; `unknown` and 0 where its connection was reset before it was accepted. */
export interface ClientAddress {
  readonly clientAddress: string;
  readonly clientPort: number;
}

export const addressOf = ({ remoteAddress, remotePort }: AcceptedSocket): ClientAddress => ({
  clientAddress: remoteAddress ?? UNKNOWN_ADDRESS,
  clientPort: remotePort ?? 0,
});
