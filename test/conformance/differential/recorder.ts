import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { readRequests, type ModelReading } from '../reference-reader';
import { echoLine, isUnread } from './echo';

/** What a proxy passes its requests on to: it says what arrived, in a field that the proxy hands back. */
export interface Recorder {
  readonly port: number;
  stop(): Promise<void>;
}

interface Answer {
  readonly echo: string;
  readonly closes: boolean;
}

/** One answer per request that is complete, and one for the last where its content is left unread. */
function answersTo({ requests, unfinished }: ModelReading): readonly Answer[] {
  const answers = requests.map((request) => ({
    echo: echoLine(request, isUnread(request.target) ? undefined : request.body),
    closes: !request.isPersistent,
  }));
  if (unfinished === undefined || !isUnread(unfinished.target)) return answers;
  return [...answers, { echo: echoLine(unfinished, undefined), closes: false }];
}

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  let answered = 0;
  socket.on('error', () => undefined); // proxies reset what they no longer need
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    const reading = readRequests(received);
    const answers = answersTo(reading);
    for (const { echo, closes } of answers.slice(answered)) {
      const close = closes ? 'Connection: close\r\n' : '';
      socket.write(`HTTP/1.1 200 OK\r\n${echo}\r\nContent-Length: 0\r\n${close}\r\n`, 'latin1');
      if (closes) socket.end();
    }
    answered = answers.length;
    if (reading.ending.at === 'fault' && socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    else if (reading.ending.at === 'inside' && /^expect: 100-continue\r\n/im.test(bytes.toString('latin1')))
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
