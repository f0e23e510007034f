import { afterEach, expect, jest, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { type Listening, OK, startListener } from '../support/listening';

let listening: Listening | undefined;

afterEach(() => listening?.close());

/** Runs one exchange, and answers the two sockets of its tunnel. */
async function socketsOfTunnel(here: Listening): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  const accept = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort === here.port) sockets.push(socket);
  };
  const connect = jest.spyOn(Socket.prototype, 'connect');
  subscribe('net.server.socket', accept);
  const { client, served } = await here.ask();
  unsubscribe('net.server.socket', accept);
  sockets.push(
    ...connect.mock.contexts
      .filter((socket): socket is Socket => socket instanceof Socket)
      .filter(({ remotePort }) => remotePort === here.target.port),
  );
  connect.mockRestore();
  await served.send(OK);
  await client.take(OK);
  const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
  client.close();
  await served.ended();
  served.close();
  await closed;
  return sockets;
}

test('a socket that is closed holds nothing of its tunnel, and what it still says disturbs nobody', async () => {
  listening = await startListener();
  const sockets = await socketsOfTunnel(listening);
  expect(sockets).toHaveLength(2);
  for (const socket of sockets) {
    expect(socket.eventNames()).toEqual(['error']);
    expect(() => socket.emit('error', new Error('late'))).not.toThrow();
  }
});
