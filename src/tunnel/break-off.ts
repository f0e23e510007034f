import { type Socket } from 'node:net';

/**
 * Ends a connection at once. With a reset the peer cannot take what it has for the whole; but a FIN that is still on its
 * way out cannot be called back, and Node would then keep the descriptor open for good.
 */
export function breakOff(socket: Socket, withReset: boolean): void {
  if (withReset && (!socket.writableEnded || socket.writableFinished)) socket.resetAndDestroy();
  else socket.destroy();
}
