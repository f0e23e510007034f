/** The usual way to proxy on Node: the http-proxy package. Arguments: own port, target port, "logged" or nothing. */
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';

/** The part of http-proxy that is used here; the package brings no types. */
interface HttpProxy {
  web(request: IncomingMessage, response: ServerResponse): void;
  ws(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  on(event: 'error', listener: (error: Error, request: IncomingMessage, answer: ServerResponse | Duplex) => void): void;
}
interface HttpProxyModule {
  readonly createProxyServer: (options: { target: string; agent: Agent; ws: boolean }) => HttpProxy;
}

const [port, targetPort, logged] = process.argv.slice(2);
// eslint-disable-next-line @typescript-eslint/no-require-imports -- installed where the bench is told, not by this project
const { createProxyServer } = require('http-proxy') as HttpProxyModule;
const target = `http://127.0.0.1:${targetPort ?? ''}`;
const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true, maxSockets: 256 }), ws: true });
proxy.on('error', (_error, _request, answer) => answer.destroy());

function logWhenDone(request: IncomingMessage, response: ServerResponse): void {
  const startedAt = performance.now();
  response.on('finish', () => {
    const line = {
      time: new Date().toISOString(),
      client: request.socket.remoteAddress,
      method: request.method,
      target: request.url,
      protocol: request.httpVersion,
      status: response.statusCode,
      durationMs: performance.now() - startedAt,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
}

const server: Server = createServer((request, response) => {
  if (logged) logWhenDone(request, response);
  proxy.web(request, response);
});
server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => proxy.ws(request, socket, head));
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
