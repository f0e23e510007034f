import { type AddressInfo } from 'node:net';
import { HeadArena } from '../http1/head-arena';
import { MemoryBudget, type ProcessMemory, UNOBSERVED_MEMORY } from '../memory/memory-budget';
import { type AcceptedSocket, Acceptor, addressOf } from '../net/accept';
import { emptyPool } from '../net/read-buffer';
import { WriteBatcher } from '../net/write-batcher';
import { ERROR_RESPONSES, type RenderContent, writeErrorResponse } from './error-responses';
import { type ExchangeObserver } from './exchange-observer';
import { Exchange } from './exchange';
import { OverrideCache } from './override-cache';
import { type TunnelSettings, shortestTimeoutMs } from './settings';
import { type TunnelContext } from './mode';
import { TlsProof } from './tls-proof';
import { Tunnel } from './tunnel';

const SHORTEST_CHECK_MS = 20;
const LONGEST_CHECK_MS = 1_000;
/** Timeouts are exact to a quarter of the shortest one. */
const CHECKS_PER_TIMEOUT = 4;

export interface ListenerOptions {
  readonly settings: TunnelSettings;
  readonly observer: ExchangeObserver;
  readonly render: RenderContent;
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
  /** The memory of the process. Default: it is not observed, and only the budget counts. */
  readonly memory?: ProcessMemory;
}

/** Empties the pool of read buffers with each collection. */
const withPool = (memory: ProcessMemory): ProcessMemory => ({
  isScarce: () => memory.isScarce(),
  collectGarbage() {
    emptyPool();
    memory.collectGarbage();
  },
});

/** Counters of connections, and gauges (`open`, `memory`). */
export interface ConnectionCounts {
  readonly open: number;
  readonly total: number;
  readonly refused: number;
  /** Closed to free memory. */
  readonly evicted: number;
  /** The bytes that connections hold, and may hold. */
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number };
  /** Bytes of target responses that were read and not relayed, after an override or a response that was not needed. */
  readonly discardedBytes: number;
}

/** Accepts clients, creates a tunnel for each, and enforces their timeouts, their number and their memory. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #context: TunnelContext;
  readonly #acceptor: Acceptor;
  readonly #tunnels = new Set<Tunnel>();
  /** Called when no connection is left. There may be several: a second drain may hurry the first one. */
  readonly #whenEmpty: (() => void)[] = [];
  #checks: NodeJS.Timeout | undefined;
  #total = 0;
  #refused = 0;
  #evicted = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const now = (): number => performance.now();
    const { settings, memory = UNOBSERVED_MEMORY } = options;
    const budget = new MemoryBudget(settings.memoryBytes, withPool(memory), now, (goalBytes) => this.#evict(goalBytes));
    this.#context = {
      ...options,
      heads: new HeadArena(),
      overrides: new OverrideCache(),
      discarded: { responseBytes: 0 },
      batcher: new WriteBatcher(),
      budget,
      tlsProof: new TlsProof(),
      now,
    };
    this.#acceptor = new Acceptor((client) => this.#accept(client), options.onProblem);
  }

  get counts(): ConnectionCounts {
    const { usedBytes, limitBytes } = this.#context.budget;
    return {
      open: this.#tunnels.size,
      total: this.#total,
      refused: this.#refused,
      evicted: this.#evicted,
      memory: { usedBytes, limitBytes },
      discardedBytes: this.#context.discarded.responseBytes,
    };
  }

  /**
   * Listens. `host` undefined means every address, IPv6 and IPv4.
   * @throws NodeJS.ErrnoException as `net.Server.listen` reports it: EADDRINUSE, EACCES, EADDRNOTAVAIL…
   */
  async start(port: number, host: string | undefined): Promise<AddressInfo> {
    const address = await this.#acceptor.start(port, host);
    this.#startChecks();
    return address;
  }

  /**
   * Stops accepting, closes idle connections, and lets exchanges in flight finish. Resolves when no connection is left, or after
   * `timeoutMs`, when the others are aborted, with the number of aborted connections.
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#acceptor.stop();
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
    for (const tunnel of this.#tunnels) tunnel.endDrain();
    return cutOff;
  }

  #accept(client: AcceptedSocket): void {
    this.#total++;
    if (this.#tunnels.size >= this.#options.settings.maxConnections) {
      this.#refuse(client, 'too-many-connections');
      return;
    }
    const account = this.#context.budget.open();
    if (account === undefined) this.#refuse(client, 'memory-exhausted');
    else this.#tunnels.add(new Tunnel(client, this.#context, account, (tunnel) => this.#forget(tunnel)));
  }

  /** Closes connections: first those that hold the most bytes for the longest time without progress. */
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

  /** Responds before a request is read: a client that waited for a free place could not tell why. */
  #refuse(client: AcceptedSocket, reason: 'too-many-connections' | 'memory-exhausted'): void {
    this.#refused++;
    const { render, now, observer } = this.#context;
    const nowMs = now();
    const exchange = new Exchange(addressOf(client), { kind: 'refused', method: '', requestTarget: '' }, nowMs);
    this.#acceptor.refuse(client, writeErrorResponse(exchange, ERROR_RESPONSES[reason], render, nowMs));
    exchange.end(`rejected:${reason}`, nowMs);
    observer.onEnd?.(exchange);
  }

  #startChecks(): void {
    const shortest = shortestTimeoutMs(this.#options.settings) / CHECKS_PER_TIMEOUT;
    const intervalMs = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, shortest));
    this.#checks = setInterval(() => {
      const now = this.#context.now();
      for (const tunnel of this.#tunnels) tunnel.onTick(now);
      this.#context.budget.check();
    }, intervalMs);
    this.#checks.unref();
  }
}
