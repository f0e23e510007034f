import { createServer, type Socket } from 'node:net';
import { LARGE_BYTES, PATHS } from './kinds';

/** The service behind the ambassador, a process of its own: it answers, hangs, or stops reading, as the path says. */

const LARGE = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE_BYTES}\r\n\r\n`),
  Buffer.alloc(LARGE_BYTES, 'b'),
]);
const SMALL = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const REQUEST_LINE = /(?:GET|POST) (\/\w+) HTTP/g;

/** Connections with a request that is not answered. */
const waiting = new Set<Socket>();

function serve(socket: Socket): void {
  socket.on('close', () => waiting.delete(socket));
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    for (const [, path] of bytes.toString('latin1').matchAll(REQUEST_LINE)) {
      if (path === PATHS.busy || path === PATHS.hang) waiting.add(socket);
      if (path === PATHS.busy) socket.pause();
      else if (path === PATHS.large) socket.write(LARGE);
      else if (path === PATHS.small) socket.write(SMALL);
    }
  });
}

createServer(serve).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.('listening'),
);

// The service is restarted: what it has not answered it never will.
process.on('message', () => {
  for (const socket of waiting) socket.destroy();
});
