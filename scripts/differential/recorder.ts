import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { readRequests, type ModelRequest } from '../fuzz/model';

/** What a proxy passes its requests on to: it says what arrived, in a field that the proxy hands back. */
export interface Recorder {
  readonly port: number;
  stop(): Promise<void>;
}

const answerTo = ({ method, target, body, isPersistent }: ModelRequest): string =>
  [
    'HTTP/1.1 200 OK',
    `X-Echo: ${method} ${body.length} ${createHash('sha1').update(body).digest('hex')} ${target}`,
    'Content-Length: 0',
    ...(isPersistent ? [] : ['Connection: close']),
    '\r\n',
  ].join('\r\n');

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  let answered = 0;
  socket.on('error', () => undefined); // proxies reset what they no longer need
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    const { requests, ending } = readRequests(received);
    for (const request of requests.slice(answered)) {
      socket.write(answerTo(request), 'latin1');
      if (!request.isPersistent) socket.end();
    }
    answered = requests.length;
    if (ending.at === 'fault' && socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    else if (ending.at === 'inside' && /^expect: 100-continue\r\n/im.test(bytes.toString('latin1')))
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  });
}

export async function startRecorder(): Promise<Recorder> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
