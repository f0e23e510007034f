import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { destroySocket } from '../../../src/net/close';

/** How much had passed in each direction after one read. */
export interface Moment {
  readonly atMs: number;
  readonly toTarget: number;
  readonly fromTarget: number;
}

/** What went over one connection to the target. */
export interface Recording {
  readonly toTarget: Buffer;
  readonly fromTarget: Buffer;
  /** One entry per read, in the order of the reads. */
  readonly moments: readonly Moment[];
  /** Neither side will send any more. */
  readonly isOver: boolean;
}

/** A recording relay that stands right in front of a target. */
export interface Tap {
  readonly port: number;
  /** One per connection since the last `reset`, in the order in which they were accepted. */
  recordings(): readonly Recording[];
  /** Whether none of those connections has anything more to come. */
  isOver(): boolean;
  reset(): void;
  /** Waits until none of those connections has anything more to come. */
  over(): Promise<void>;
  stop(): Promise<void>;
}

/** How long the target may go on answering after the other side is gone: it may hold a smuggled request. */
const LINGER_MS = 500;

class TappedConnection {
  readonly #toTarget: Buffer[] = [];
  readonly #fromTarget: Buffer[] = [];
  readonly #moments: Moment[] = [];
  readonly #near: Socket;
  readonly #far: Socket;

  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    near.on('data', (bytes: Buffer) => {
      this.#toTarget.push(bytes);
      this.#note(bytes.length, 0);
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      this.#fromTarget.push(bytes);
      this.#note(0, bytes.length);
      if (near.writable) near.write(bytes);
    });
    near.on('end', () => far.end());
    far.on('end', () => near.end());
    near.on('error', () => undefined); // 'close' follows and says what there is to do
    far.on('error', () => destroySocket(near, true));
    near.on('close', () => this.#linger());
    far.on('close', () => near.destroySoon());
  }

  get recording(): Recording {
    return {
      toTarget: Buffer.concat(this.#toTarget),
      fromTarget: Buffer.concat(this.#fromTarget),
      moments: this.#moments,
      isOver: this.isOver,
    };
  }

  get isOver(): boolean {
    return this.#near.closed && this.#far.closed;
  }

  #note(toTarget: number, fromTarget: number): void {
    const last = this.#moments.at(-1) ?? { toTarget: 0, fromTarget: 0 };
    this.#moments.push({
      atMs: performance.now(),
      toTarget: last.toTarget + toTarget,
      fromTarget: last.fromTarget + fromTarget,
    });
  }

  async over(): Promise<void> {
    for (const socket of [this.#near, this.#far])
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }

  stop(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #linger(): void {
    this.#far.end();
    const timer = setTimeout(() => this.#far.destroy(), LINGER_MS);
    this.#far.on('close', () => clearTimeout(timer));
  }
}

export async function startTap(targetPort: number): Promise<Tap> {
  const all = new Set<TappedConnection>();
  let connections: TappedConnection[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const connection = new TappedConnection(near, far);
    connections.push(connection);
    all.add(connection);
    near.on('close', () => all.delete(connection));
  });
  const port = await listen(server);
  return {
    port,
    recordings: () => connections.map((connection) => connection.recording),
    isOver: () => connections.every(({ isOver }) => isOver),
    reset: () => void (connections = []),
    async over() {
      for (const connection of connections) await connection.over();
    },
    async stop() {
      for (const connection of [...all, ...connections]) connection.stop();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
