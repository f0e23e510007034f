import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type RequestFault } from '../http1/fault';
import { type RequestHead, fieldsOf, requestTargetOf } from '../http1/request-head';
import { AdminConnection, type ConnectionOwner } from './connection';
import { ConnectionSlots, oldest, oldestOfBusiest } from './connection-slots';
import {
  type AdminReply,
  type AdminRequest,
  type AdminRoute,
  type AdminRoutes,
  encode,
  encodeStreamHead,
  type WholeReply,
  textReply,
} from './reply';

export interface AdminOptions {
  readonly port: number;
  /** The address to listen on. Default: every address, IPv6 and IPv4. */
  readonly host?: string | undefined;
  readonly routes: AdminRoutes;
  /** Called when a route failed or a connection could not be accepted. */
  readonly onProblem: (error: unknown) => void;
  /** Called when a connection is dropped for a newer one. */
  readonly onCrowded: (connection: { readonly address: string }) => void;
}

export interface Admin {
  /**
   * Starts listening.
   * @throws NodeJS.ErrnoException if the port cannot be listened on.
   */
  start(): Promise<AddressInfo>;
  /** Closes the port and every connection to it. */
  close(): Promise<void>;
}

/**
 * The maximum number of connections whose request is incomplete or a probe. It limits the file descriptors that unknown
 * clients can take from the tunnel. At 10,000 new connections per second each still has 12 ms for its request.
 */
const MAX_HEADS = 128;
/** The maximum number of connections with other requests. Each may hold a response of 0.6 MiB. */
const MAX_PAGES = 8;
const BACKLOG = 1024;
const CHECK_EVERY_MS = 250;

/** Creates the admin port. It is read-only: no request changes anything. */
export function createAdmin(options: AdminOptions): Admin {
  const admin = new AdminServer(options);
  return { start: () => admin.start(), close: () => admin.close() };
}

class AdminServer {
  readonly #options: AdminOptions;
  readonly #server: Server;
  readonly #connections = new Set<AdminConnection>();
  readonly #heads: ConnectionSlots;
  readonly #pages: ConnectionSlots;
  readonly #owner: ConnectionOwner = {
    onRequest: (connection, head) => void this.#answer(connection, head),
    onFault: (connection, fault) => connection.send(encode(faultReply(fault), false)),
    onClose: (connection) => this.#forget(connection),
  };
  /** A timer that runs only while there are connections, so that it does not wake an idle process. */
  #checks: NodeJS.Timeout | undefined;

  constructor(options: AdminOptions) {
    this.#options = options;
    this.#heads = new ConnectionSlots(MAX_HEADS, oldest, options.onCrowded);
    this.#pages = new ConnectionSlots(MAX_PAGES, oldestOfBusiest, options.onCrowded);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async start(): Promise<AddressInfo> {
    const { port, host, onProblem } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#server.on('error', onProblem);
    return this.#server.address() as AddressInfo;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      // The callback is also called if the server does not listen.
      this.#server.close(() => resolve());
      for (const connection of this.#connections) connection.close();
    });
  }

  #accept(socket: Socket): void {
    const connection = new AdminConnection(socket, this.#owner);
    this.#connections.add(connection);
    this.#heads.add(connection);
    this.#checks ??= setInterval(() => this.#check(), CHECK_EVERY_MS).unref();
  }

  #forget(connection: AdminConnection): void {
    this.#connections.delete(connection);
    this.#heads.delete(connection);
    this.#pages.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#checks);
    this.#checks = undefined;
  }

  #check(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.checkDeadline(now);
  }

  async #answer(connection: AdminConnection, head: RequestHead): Promise<void> {
    const { method } = head;
    const [path = ''] = requestTargetOf(head).split('?', 1);
    const route = this.#options.routes.get(path);
    if (route === undefined) {
      const known = [...this.#options.routes.keys()].join(' ');
      this.#send(connection, textReply(404, `Not found. Try ${known}\n`), method);
    } else if (method !== 'GET' && method !== 'HEAD') {
      const reply = textReply(405, 'This port is read-only: use GET or HEAD.\n', { Allow: 'GET, HEAD' });
      this.#send(connection, reply, method);
    } else {
      this.#seat(connection, route);
      const host = fieldsOf(head).get('host');
      this.#send(connection, await this.#ask(route, { method, peer: connection.address, host }), method);
    }
  }

  /** Assigns the connection to a set of slots according to its request. */
  #seat(connection: AdminConnection, { isProbe }: AdminRoute): void {
    connection.isProbe = isProbe;
    if (isProbe) return;
    this.#heads.delete(connection);
    this.#pages.add(connection);
  }

  async #ask(route: AdminRoute, request: AdminRequest): Promise<AdminReply> {
    try {
      return await route.reply(request);
    } catch (error) {
      this.#options.onProblem(error);
      return textReply(500, 'Internal error; see the log for the cause.\n');
    }
  }

  #send(connection: AdminConnection, reply: AdminReply, method: string): void {
    if (reply.kind === 'whole') connection.send(encode(reply, method === 'HEAD'));
    else if (method === 'HEAD') connection.send(encodeStreamHead(reply));
    else if (connection.beginStream(encodeStreamHead(reply))) {
      // Streams have a limit of their own.
      this.#pages.delete(connection);
      reply.begin(connection);
    }
  }
}

const FAULT_REPLIES: Partial<Record<RequestFault, WholeReply>> = {
  'request-line-too-long': textReply(414, 'The request line is too long.\n'),
  'head-too-large': textReply(431, 'The head of the request is too large.\n'),
  'too-many-fields': textReply(431, 'The head of the request has too many fields.\n'),
  'unsupported-version': textReply(505, 'This port supports HTTP/1.1.\n'),
};

const faultReply = (fault: RequestFault): WholeReply =>
  FAULT_REPLIES[fault] ?? textReply(400, `The request cannot be read: ${fault.replaceAll('-', ' ')}.\n`);
