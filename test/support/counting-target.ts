import { type AddressInfo, type Socket, createServer } from 'node:net';
import { once } from 'node:events';

/** A target that answers every head with the same response, and counts them. */
export interface CountingTarget {
  readonly port: number;
  /** Requests answered so far, over all connections. */
  readonly requests: number;
  /** Connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** How many heads end in `bytes`, and what is left of one that has not ended. */
function takeHeads(bytes: Buffer): { readonly count: number; readonly rest: Buffer } {
  let count = 0;
  let from = 0;
  for (let end = bytes.indexOf(HEAD_END); end >= 0; end = bytes.indexOf(HEAD_END, from)) {
    count += 1;
    from = end + HEAD_END.length;
  }
  return { count, rest: bytes.subarray(from) };
}

export async function listenAsCountingTarget(response: Buffer): Promise<CountingTarget> {
  const open = new Set<Socket>();
  let requests = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    let rest: Buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      const heads = takeHeads(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
      rest = heads.rest;
      requests += heads.count;
      if (heads.count > 0 && !socket.write(Buffer.alloc(heads.count * response.length, response))) {
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    get connections() {
      return open.size;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
