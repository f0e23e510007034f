import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Config } from '../config/schema';
import { atMostEvery } from '../log/at-most-every';
import { type Log } from '../log/log';
import { type Stage, createChain } from '../middleware/compose';
import { overrideNotFound } from '../middleware/override-errors';
import { sniffStatus } from '../middleware/sniff-status';
import { telemetry } from '../middleware/telemetry';
import { type Host, type Numbers, createObservers } from './observability';
import { builtInNotFoundPages } from '../pages/default-page';
import { renderAnswer } from '../pages/error-content';
import { createShownPage } from './page-reload';
import { Listener } from '../tunnel/listener';
import { type TunnelSettings } from '../tunnel/settings';

/** What runs: from ports that are closed to ports that are open, and back. */
export interface Service {
  /**
   * Opens every port; answers the addresses, for the log.
   * @throws NodeJS.ErrnoException when a port cannot be listened on.
   */
  start(): Promise<readonly string[]>;
  /**
   * Says at once that it is not ready, goes on accepting for the drain delay, then stops and finishes what is under way,
   * for at most `timeoutMs`, the delay included. Answers how many connections were cut off.
   */
  drain(timeoutMs: number): Promise<number>;
}

/** Everything that one process runs, put together. */
export interface Sidecar extends Service {
  readonly numbers: Numbers;
}

/** The least time between two lines about one and the same kind of trouble. */
const TROUBLE_EVERY_MS = 1_000;

export function createSidecar(config: Config, log: Log, host: Host): Sidecar {
  const { logger } = log;
  const state = createState();
  const notFound = overrideNotFound(config.notFoundMode, builtInNotFoundPages);
  const page = createShownPage(config.notFoundPage, notFound, logger);
  const observers = createObservers(config, log, {
    ...host,
    state,
    connections: () => listener.counts,
    pageReloads: () => page.reloads,
  });
  const stages: readonly Stage[] = [
    sniffStatus(observers.targetStatus),
    notFound,
    telemetry({ opened: observers.opened, ended: observers.ended }),
  ];
  const listener = createListener(config, log, stages, host);
  return {
    numbers: observers.numbers,
    async start() {
      // First who looks on: what they load would hold up the first traffic.
      const [observed] = await Promise.all([observers.start(), page.start()]);
      const addresses = [await listener.start(config.port, config.host), ...observed];
      state.hasStarted = true;
      return addresses.map(formatAddress);
    },
    async drain(timeoutMs) {
      state.isDraining = true;
      const delayMs = Math.min(config.drainDelayMs, timeoutMs);
      await wait(delayMs);
      const cutOff = await listener.drain(timeoutMs - delayMs);
      page.stop();
      await observers.stop();
      return cutOff;
    },
  };
}

const createState = (): { hasStarted: boolean; isDraining: boolean; readonly isAccepting: boolean } => ({
  hasStarted: false,
  isDraining: false,
  get isAccepting() {
    return this.hasStarted && !this.isDraining;
  },
});

const createListener = (
  config: Config,
  { logger }: Log,
  stages: readonly Stage[],
  { memory, processMemory }: Host,
): Listener =>
  new Listener({
    settings: tunnelSettings(config, memory.connectionBytes),
    memory: processMemory,
    chain: createChain(stages, (stage, error) => logger.error({ stage, error }, 'a stage of the chain failed')),
    render: ({ status, reason, sentence }, accept) => renderAnswer(status, reason, sentence, accept),
    onProblem: atMostEvery(TROUBLE_EVERY_MS, (error) => logger.error({ error }, 'connections are being lost')),
  });

function tunnelSettings(config: Config, memoryBytes: number): TunnelSettings {
  const { maxHeadBytes, maxRequestLineBytes, maxFields } = config;
  // The bound is the pod's; who has it all to himself has a share of all of it.
  const maxConnections = Math.ceil(config.maxConnections / config.workers);
  const limits = { maxHeadBytes, maxRequestLineBytes, maxFields };
  return { ...config, maxConnections, memoryBytes, limits };
}

/** As it is shown to people. */
export const formatAddress = ({ address, port, family }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
