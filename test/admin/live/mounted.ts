import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type LivePageHandlers } from '../../../src/admin/live/live-page';

/** The handlers on a server of their own, on loopback, under a prefix such as `/` or `/pods/a/`. */
export interface Mounted {
  readonly url: string;
  readonly port: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export async function mount(handlers: LivePageHandlers, prefix = '/', port = 0): Promise<Mounted> {
  const server = createServer((request, response) => {
    if (request.url === `${prefix}events`) handlers.handleEvents(request, response);
    else if (request.url === prefix) {
      const { headers, content } = handlers.page();
      response.writeHead(200, headers).end(content);
    } else response.writeHead(404).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}${prefix}`,
    port: bound,
    connections: () => promisify(server.getConnections.bind(server))(),
    close: () => closeAll(server, handlers),
  };
}

async function closeAll(server: Server, handlers: LivePageHandlers): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  handlers.close();
  server.closeAllConnections();
  await closed;
}
