import { type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { Wire } from './wire';

/** A target that does nothing by itself: each connection is handed to the test, which reads and answers by hand. */
export interface ScriptedTarget {
  readonly port: number;
  /** Every connection since the last `forget`, oldest first. */
  readonly connections: readonly Wire[];
  /** The next connection that no test has taken yet. */
  next(): Promise<Wire>;
  /** Frees every connection and starts afresh. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;

export async function listenAsTarget(port = 0, host = '127.0.0.1'): Promise<ScriptedTarget> {
  let connections: Wire[] = [];
  let taken = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.push(new Wire(socket));
    server.emit('arrived');
  });
  server.listen(port, host, 4096);
  await once(server, 'listening');

  const forget = async (): Promise<void> => {
    const old = connections;
    connections = [];
    taken = 0;
    await Promise.all(old.map((wire) => wire.dispose()));
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async next() {
      if (connections.length === taken) {
        await once(server, 'arrived', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((cause: unknown) => {
          throw new Error('the target was not connected to', { cause });
        });
      }
      const wire = connections[taken];
      if (wire === undefined) throw new Error('the target was not connected to');
      taken += 1;
      return wire;
    },
    forget,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await forget();
      await closed;
    },
  };
}
