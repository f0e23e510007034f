/**
 * Says a message of 64 bytes on every connection, and again when its echo has come, until the time is up. Prints the number
 * of echoes. Argument: { port, connections, seconds } as JSON.
 */
import { connect, type Socket } from 'node:net';

interface Setting {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
}

const setting = JSON.parse(process.argv[2] ?? '') as Setting;
const CONTENT_BYTES = 64;
/** FIN and opcode 2, then the mask bit and the length; the mask is zero, so that the content goes out as it is. */
const FRAME = Buffer.concat([Buffer.from([0x82, 0x80 | CONTENT_BYTES, 0, 0, 0, 0]), Buffer.alloc(CONTENT_BYTES, 'x')]);
/** A server does not mask: no four bytes of mask. */
const ECHO_BYTES = FRAME.length - 4;
const HANDSHAKE = [
  'GET /ws HTTP/1.1',
  `Host: 127.0.0.1:${setting.port}`,
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

let echoes = 0;

/** Without end; the process ends it. */
function converse(socket: Socket): void {
  let head = '';
  let echoed = 0;
  socket.write(HANDSHAKE);
  socket.on('data', (bytes) => {
    if (!head.endsWith('\r\n\r\n')) {
      head += bytes.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      if (!head.startsWith('HTTP/1.1 101')) fail(`no upgrade: ${head}`);
      socket.write(FRAME);
      return;
    }
    echoed += bytes.length;
    if (echoed < ECHO_BYTES) return;
    echoed -= ECHO_BYTES;
    echoes += 1;
    socket.write(FRAME);
  });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('a connection was closed'));
}

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

for (let i = 0; i < setting.connections; i++)
  converse(connect({ port: setting.port, host: '127.0.0.1', noDelay: true }));
setTimeout(() => {
  process.stdout.write(JSON.stringify({ echoes }), () => process.exit(0));
}, setting.seconds * 1000);
