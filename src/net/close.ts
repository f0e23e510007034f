import { type Socket } from 'node:net';

const ignore = (): void => undefined;

/**
 * Removes all listeners from a closed socket, so that it no longer references its tunnel. From Node 24 on a socket survives
 * minor garbage collections: a closure that `Writable` stores as a property is allocated in the old generation, and it
 * references the socket. Earns 14 MiB at 6,000 new connections a second (`npm run bench`).
 */
export function releaseSocket(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', ignore);
}

/**
 * Closes a connection now. With a reset the peer cannot take what it has received for a complete message. A socket whose FIN
 * is still waiting to be sent cannot be reset: Node would never close its descriptor.
 */
export function destroySocket(socket: Socket, withReset: boolean): void {
  if (withReset && (!socket.writableEnded || socket.writableFinished)) socket.resetAndDestroy();
  else socket.destroy();
}
