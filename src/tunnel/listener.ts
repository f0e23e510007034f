import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ANSWERS, type RenderContent, answerExchange } from './error-responses';
import { type Chain } from './exchange-observer';
import { Exchange } from './exchange';
import { MemoryBudget, type ProcessMemory } from '../memory/memory-budget';
import { Outbox } from '../net/write-batcher';
import { type TunnelSettings, shortestTimeoutMs } from './settings';
import { type TunnelContext } from './mode';
import { TlsProof } from './tls-proof';
import { Tunnel } from './tunnel';

const SHORTEST_CHECK_MS = 20;
const LONGEST_CHECK_MS = 1_000;
/** Deadlines are kept to a quarter of the shortest timeout. */
const CHECKS_PER_TIMEOUT = 4;
/** How long a client that was turned away may take to read why. */
const REFUSAL_LINGER_MS = 5_000;
/** Refused clients that are given this time at once. */
const MAX_TURNED_AWAY = 64;
const BACKLOG = 1024;

export interface ListenerOptions {
  readonly settings: TunnelSettings;
  readonly chain: Chain;
  readonly render: RenderContent;
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
  /** The memory of the process; default: it is not observed, and only the budget counts. */
  readonly memory?: ProcessMemory;
}

const UNOBSERVED: ProcessMemory = { isScarce: () => false, collectGarbage: () => undefined };

/** Numbers that only grow, but for `open`. */
export interface ConnectionCounts {
  readonly open: number;
  readonly total: number;
  readonly refused: number;
  /** Closed to free memory. */
  readonly evicted: number;
  /** The bytes that connections hold, and may hold. */
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number };
}

/** Accepts clients and gives each a tunnel of its own; keeps their deadlines and their number. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #context: TunnelContext;
  readonly #server: Server;
  readonly #tunnels = new Set<Tunnel>();
  /** Who is told when no connection is left: a drain may be hurried by another one. */
  readonly #whenEmpty: (() => void)[] = [];
  #checks: NodeJS.Timeout | undefined;
  #total = 0;
  #refused = 0;
  #evicted = 0;
  /** Refused clients that still read the response. */
  #turnedAway = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const now = (): number => performance.now();
    const { settings, memory = UNOBSERVED } = options;
    const budget = new MemoryBudget(settings.memoryBytes, memory, now, (goalBytes) => this.#evict(goalBytes));
    this.#context = { ...options, outbox: new Outbox(), budget, tlsProof: new TlsProof(), now };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  get counts(): ConnectionCounts {
    const { usedBytes, limitBytes } = this.#context.budget;
    return {
      open: this.#tunnels.size,
      total: this.#total,
      refused: this.#refused,
      evicted: this.#evicted,
      memory: { usedBytes, limitBytes },
    };
  }

  /**
   * Listens; `host` undefined means every address, IPv6 and IPv4.
   * @throws NodeJS.ErrnoException as `net.Server.listen` reports it: EADDRINUSE, EACCES, EADDRNOTAVAIL…
   */
  async start(port: number, host: string | undefined): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    // From here on an error is a client that could not be accepted, for lack of file descriptors most likely.
    this.#server.on('error', this.#options.onProblem);
    this.#startChecks();
    return this.#server.address() as AddressInfo;
  }

  /**
   * Stops accepting, lets what is under way finish, closes what is idle. Ends when no connection is left, or after
   * `timeoutMs`, when the rest is cut off. Answers how many were.
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#server.close();
    for (const tunnel of this.#tunnels) tunnel.drain();
    let timer: NodeJS.Timeout | undefined;
    if (this.#tunnels.size > 0) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty.push(resolve);
        timer = setTimeout(resolve, timeoutMs);
      });
    }
    clearTimeout(timer);
    clearInterval(this.#checks);
    const cutOff = this.#tunnels.size;
    for (const tunnel of this.#tunnels) tunnel.abort('drained');
    return cutOff;
  }

  #accept(client: Socket): void {
    this.#total++;
    if (this.#tunnels.size >= this.#options.settings.maxConnections) {
      this.#refuse(client, 'too-many-connections');
      return;
    }
    const account = this.#context.budget.open();
    if (account === undefined) this.#refuse(client, 'memory-exhausted');
    else this.#tunnels.add(new Tunnel(client, this.#context, account, (tunnel) => this.#forget(tunnel)));
  }

  /** Closes connections, those first that hold most for longest without progress. */
  #evict(goalBytes: number): void {
    const { budget, now } = this.#context;
    const nowMs = now();
    const ranked = Array.from(this.#tunnels, (tunnel) => ({ tunnel, rank: tunnel.evictionRank(nowMs) }));
    ranked.sort((one, other) => other.rank - one.rank);
    for (const { tunnel, rank } of ranked) {
      if (rank === 0 || budget.usedBytes <= goalBytes) return;
      this.#evicted++;
      tunnel.evict();
    }
  }

  #forget(tunnel: Tunnel): void {
    this.#tunnels.delete(tunnel);
    if (this.#tunnels.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  /** At once and before any request was read: a client that waits in silence knows less. */
  #refuse(client: Socket, reason: 'too-many-connections' | 'memory-exhausted'): void {
    this.#refused++;
    const connection = { clientAddress: client.remoteAddress ?? '', clientPort: client.remotePort ?? 0 };
    const exchange = new Exchange(connection, { kind: 'refused', method: '', target: '' }, this.#context.now());
    const bytes = answerExchange(exchange, ANSWERS[reason], this.#options.render);
    exchange.firstByteAtMs = exchange.endedAtMs = exchange.startedAtMs;
    exchange.termination = `rejected:${reason}`;
    this.#turnAway(client, bytes);
    this.#options.chain.onEnd(exchange);
  }

  /** A few refused clients may take their time to read the response. Of more, the sockets alone would fill the memory. */
  #turnAway(client: Socket, bytes: Buffer): void {
    client.on('error', () => client.destroy());
    if (this.#turnedAway >= MAX_TURNED_AWAY) {
      client.end(bytes, () => client.destroy());
      return;
    }
    this.#turnedAway++;
    const timer = setTimeout(() => client.destroy(), REFUSAL_LINGER_MS);
    client.on('close', () => {
      this.#turnedAway--;
      clearTimeout(timer);
    });
    client.end(bytes);
    client.resume();
  }

  #startChecks(): void {
    const shortest = shortestTimeoutMs(this.#options.settings) / CHECKS_PER_TIMEOUT;
    const intervalMs = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, shortest));
    this.#checks = setInterval(() => {
      const now = this.#context.now();
      for (const tunnel of this.#tunnels) tunnel.checkDeadlines(now);
      this.#context.budget.check();
    }, intervalMs);
    this.#checks.unref();
  }
}
