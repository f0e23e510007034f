/**
 * The least that a tunnel on Node can be: two sockets, bytes carried over, nothing read. It has backpressure and
 * half-close, as any tunnel must, and nothing else. Arguments: own port, target port.
 */
import { connect, createServer, type Socket } from 'node:net';

const [port, targetPort] = process.argv.slice(2).map(Number);
if (port === undefined || targetPort === undefined) throw new Error('usage: bare-tunnel PORT TARGET_PORT');
const target = { host: '127.0.0.1', port: targetPort, noDelay: true, allowHalfOpen: true };

function carry(from: Socket, to: Socket): void {
  from.on('data', (bytes) => {
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const service = connect(target);
  carry(client, service);
  carry(service, client);
});
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
