import { type AddressInfo, type Socket, createServer } from 'node:net';
import { once } from 'node:events';

/** What a target does with a request instead of answering it well. */
export interface Fault {
  /** All that it sends. */
  readonly sends: string;
  readonly then: 'closes' | 'resets' | 'hangs';
  /** What the client is left with: our 502, or a message that it can tell was cut off; nothing yet where the target hangs. */
  readonly client: '502' | 'cut off' | 'waiting';
}

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n';
const SOME = 'x'.repeat(1_000);

/** Each is asked for by its name as the path. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'closes-before-a-head': { sends: '', then: 'closes', client: '502' },
  'resets-before-a-head': { sends: '', then: 'resets', client: '502' },
  'closes-in-a-head': { sends: LENGTH.slice(0, 30), then: 'closes', client: '502' },
  'resets-in-a-head': { sends: LENGTH.slice(0, 30), then: 'resets', client: '502' },
  'sends-garbage': { sends: '\x01\x02garbage\r\n\r\n', then: 'hangs', client: '502' },
  'closes-after-an-interim-response': { sends: 'HTTP/1.1 103 Early Hints\r\n\r\n', then: 'closes', client: '502' },
  'closes-in-a-length': { sends: LENGTH + SOME, then: 'closes', client: 'cut off' },
  'resets-in-a-length': { sends: LENGTH + SOME, then: 'resets', client: 'cut off' },
  'closes-after-the-head-of-a-length': { sends: LENGTH, then: 'closes', client: 'cut off' },
  'closes-in-a-chunk': { sends: `${CHUNKED}fff\r\n${SOME}`, then: 'closes', client: 'cut off' },
  'resets-in-a-chunk': { sends: `${CHUNKED}fff\r\n${SOME}`, then: 'resets', client: 'cut off' },
  'closes-between-chunks': { sends: `${CHUNKED}3e8\r\n${SOME}\r\n`, then: 'closes', client: 'cut off' },
  'closes-before-the-last-line': { sends: `${CHUNKED}3e8\r\n${SOME}\r\n0\r\n`, then: 'closes', client: 'cut off' },
  'garbles-a-chunk': { sends: `${CHUNKED}3e8\r\n${SOME}\r\nzz\r\n`, then: 'hangs', client: 'cut off' },
  'resets-content-until-the-end': { sends: UNTIL_CLOSE + SOME, then: 'resets', client: 'cut off' },
  'hangs-before-a-head': { sends: '', then: 'hangs', client: 'waiting' },
  'hangs-in-a-length': { sends: LENGTH + SOME, then: 'hangs', client: 'waiting' },
  'hangs-in-a-chunk': { sends: `${CHUNKED}fff\r\n${SOME}`, then: 'hangs', client: 'waiting' },
};

const SERVER_HELLO = '\x16\x03\x03\0\x08\x02\0\0\x04\x03\x03ab';
const SETTINGS = '\0\0\0\x04\0\0\0\0\0';
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';

/** A target that does what the path of a connection's first request names, and answers two clients of TLS and HTTP/2 out of three. */
export interface FaultyTarget {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

function commit(fault: Fault, socket: Socket): void {
  const end = (): void => {
    if (fault.then === 'closes') socket.end();
    if (fault.then === 'resets') socket.resetAndDestroy();
  };
  // A reset overtakes what it follows: the bytes are given the time that the kernel needs to deliver them.
  if (fault.sends === '') end();
  else socket.write(fault.sends, 'latin1', () => setImmediate(end));
}

export async function listenAsFaultyTarget(port = 0): Promise<FaultyTarget> {
  const open = new Set<Socket>();
  let handshakes = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    let head = '';
    const read = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      if (head.startsWith('\x16') || head.startsWith('PRI ')) {
        socket.off('data', read).resume();
        const answer = head.startsWith('PRI ') ? SETTINGS : SERVER_HELLO;
        socket.write(handshakes++ % 3 === 0 ? BAD_REQUEST : answer, 'latin1');
        return;
      }
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read).resume();
      const fault = FAULTS[head.slice(head.indexOf('/') + 1, head.indexOf(' HTTP/1.1'))];
      if (fault !== undefined) commit(fault, socket);
    };
    socket.on('data', read);
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.listen(port, '127.0.0.1', 4096);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
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
