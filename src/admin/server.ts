import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Answers GET and HEAD; nothing else comes through. */
export type AdminHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface AdminOptions {
  readonly port: number;
  /** Default: every address, IPv6 and IPv4. */
  readonly host?: string | undefined;
  /** By path, without a query. */
  readonly routes: ReadonlyMap<string, AdminHandler>;
  /** A handler failed, or a connection could not be accepted. */
  readonly onProblem: (error: unknown) => void;
}

export interface Admin {
  /** @throws NodeJS.ErrnoException when the port cannot be listened on. */
  start(): Promise<AddressInfo>;
  /** Closes the port and every connection to it, whatever is under way. */
  close(): Promise<void>;
}

/** A page for the kubelet, for Prometheus, for dozens of viewers; not a way to use up the tunnel's file descriptors. */
const MAX_CONNECTIONS = 64;
const MAX_HEAD_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** A little more than a minute, the longest usual interval between two scrapes. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A peer that takes nothing for this long is gone. An event stream sends something each second. */
const IDLE_TIMEOUT_MS = 120_000;
const CHECK_EVERY_MS = 5_000;

/** Handlers may loosen them for what they serve. */
const SECURITY_FIELDS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** The port beside the service: reads and shows, and has no way to change anything. */
export function createAdmin(options: AdminOptions): Admin {
  const { port, host, onProblem } = options;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  return {
    async start() {
      const address = await listen(server, port, host);
      server.on('error', onProblem);
      return address;
    },
    close: () =>
      new Promise((resolve) => {
        // Not listening is closed as well.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string | undefined): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, onProblem }: AdminOptions,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_FIELDS)) response.setHeader(name, value);
  const [path = ''] = (request.url ?? '').split('?', 1);
  const handle = routes.get(path);
  if (handle === undefined) {
    sendText(response, 404, `There is nothing here. Try ${[...routes.keys()].join(' ')}\n`);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD').setHeader('Connection', 'close');
    sendText(response, 405, 'This port only shows things: GET and HEAD.\n');
  } else {
    try {
      await handle(request, response);
    } catch (error) {
      onProblem(error);
      fail(response);
    }
  }
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendText(response, 500, 'That failed; the log says why.\n');
}

/** The whole response. To HEAD, Node leaves the content out. */
export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  const content = Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': type.includes(';') ? type : `${type}; charset=utf-8`,
    'Content-Length': content.length,
  });
  response.end(content);
}
