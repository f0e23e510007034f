/**
 * Clients of an admin port that mean no good, or too much of it. Keeps `connections` of one manner open, opens again at most
 * `perSecond` of those that were closed, and ends with its standard input, when it says how many it has opened. Argument:
 * { port, manner, connections, perSecond } as JSON.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

interface Setting {
  readonly port: number;
  readonly manner: keyof typeof MANNERS;
  readonly connections: number;
  readonly perSecond: number;
}

const TICK_MS = 10;

const requestOf = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

const ask =
  (path: string) =>
  (socket: Socket): void =>
    void socket.write(requestOf(path));

/** Asks and then leaves the answer in the kernel. */
const askAndStall =
  (path: string) =>
  (socket: Socket): void => {
    socket.pause();
    socket.write(requestOf(path));
  };

function sendSlowly(socket: Socket, everyMs: number): void {
  const request = `${requestOf('/livez').slice(0, -2)}X: ${'x'.repeat(10_000)}\r\n\r\n`;
  let sent = 0;
  const timer = setInterval(() => socket.write(request.charAt(sent++)), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** What a client does once it is connected. */
const MANNERS = {
  idle: ask('/livez'),
  silent: () => undefined,
  'slow-heads': (socket: Socket) => sendSlowly(socket, 1000),
  'many-small-pieces': (socket: Socket) => sendSlowly(socket.setNoDelay(true), 1),
  probes: ask('/livez'),
  scrapes: ask('/metrics'),
  'unread-metrics': askAndStall('/metrics'),
  events: ask('/events'),
  'unread-events': askAndStall('/events'),
} as const;

function main({ port, manner, connections, perSecond }: Setting): void {
  let open = 0;
  let opened = 0;
  let budget = 0;
  const openOne = (): void => {
    open++;
    opened++;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
    socket.on('connect', () => MANNERS[manner](socket));
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => open--);
  };
  setInterval(() => {
    budget = Math.min(connections, budget + (perSecond * TICK_MS) / 1000);
    while (budget >= 1 && open < connections) {
      budget--;
      openOne();
    }
  }, TICK_MS);
  process.stdin.resume();
  void once(process.stdin, 'end').then(() => {
    process.stdout.write(JSON.stringify({ opened, open }), () => process.exit(0));
  });
}

main(JSON.parse(process.argv[2] ?? '') as Setting);
