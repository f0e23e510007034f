/**
 * Opens connections that stay: "idle" ones have had one answer, "stalled" ones have asked and never read. Says
 * {"held": n} when all are there, and ends with its standard input. Argument: { port, connections, path, manner } as JSON.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

interface Setting {
  readonly port: number;
  readonly connections: number;
  readonly path: string;
  readonly manner: 'idle' | 'stalled';
}

const setting = JSON.parse(process.argv[2] ?? '') as Setting;
const REQUEST = `GET ${setting.path} HTTP/1.1\r\nHost: 127.0.0.1:${setting.port}\r\n\r\n`;
/** As many are opened at a time: no contender's accept queue overflows. */
const AT_A_TIME = 50;
const held: Socket[] = [];
let isLeaving = false;

async function hold(): Promise<void> {
  const socket = connect({ port: setting.port, host: '127.0.0.1' });
  if (setting.manner === 'stalled') socket.pause();
  socket.on('error', leave);
  socket.on('close', () => leave(new Error('a held connection was closed')));
  await once(socket, 'connect');
  socket.write(REQUEST);
  if (setting.manner === 'idle') await once(socket, 'data');
  held.push(socket);
}

function leave(error: Error): void {
  if (isLeaving) return;
  process.stderr.write(`${error.message} (${held.length} held)\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  while (held.length < setting.connections) {
    const missing = Math.min(AT_A_TIME, setting.connections - held.length);
    await Promise.all(Array.from({ length: missing }, hold));
  }
  process.stdout.write(`${JSON.stringify({ held: held.length })}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  isLeaving = true;
  process.exit(0);
}

main().catch(leave);
