import { type AddressInfo } from 'node:net';
import { version } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { type Config } from '../config/schema';
import { atMostEvery } from '../log/at-most-every';
import { type Log } from '../log/log';
import { type Middleware, compose } from '../middleware/compose';
import { overrideErrors } from '../middleware/override-errors';
import { type Host, type Numbers, createObservability } from './observability';
import { builtInNotFoundPages } from '../pages/default-page';
import { renderAnswer } from '../pages/error-content';
import { createShownPage } from './page-reload';
import { capabilities } from '../net/capabilities';
import { Listener } from '../tunnel/listener';
import { type TunnelSettings } from '../tunnel/settings';

/** A running process: it opens ports and drains them at the end. */
export interface Service {
  /**
   * Opens every port and returns the addresses for the log.
   * @throws NodeJS.ErrnoException if a port cannot be listened on.
   */
  start(): Promise<readonly string[]>;
  /**
   * Reports "not ready" at once, accepts connections during the drain delay, then stops accepting and finishes
   * exchanges in flight. All of it takes at most `timeoutMs`. Returns the number of connections that were aborted.
   */
  drain(timeoutMs: number): Promise<number>;
}

/** All parts of one process, wired together. */
export interface Sidecar extends Service {
  readonly numbers: Numbers;
}

/** The minimum time between two log lines about the same kind of problem. */
const PROBLEM_EVERY_MS = 1_000;

export function createSidecar(config: Config, log: Log, host: Host): Sidecar {
  const { logger } = log;
  const state = createState();
  const notFound = overrideErrors(config.notFoundMode, builtInNotFoundPages);
  const page = createShownPage(config.notFoundPage, notFound, logger);
  const observability = createObservability(config, log, {
    ...host,
    state,
    connections: () => listener.counts,
    pageReloads: () => page.reloads,
  });
  // Telemetry first: it counts the target's status before an override replaces it.
  const middleware: readonly Middleware[] = [...observability.middleware, notFound];
  const listener = createListener(config, log, middleware, host);
  return {
    numbers: observability.numbers,
    async start() {
      // Telemetry starts first: the modules that it loads would delay the first requests.
      const [observed] = await Promise.all([observability.start(), page.start()]);
      const addresses = [await listener.start(config.port, config.host), ...observed];
      state.hasStarted = true;
      reportCapabilities(logger);
      return addresses.map(formatAddress);
    },
    async drain(timeoutMs) {
      state.isDraining = true;
      const delayMs = Math.min(config.drainDelayMs, timeoutMs);
      await wait(delayMs);
      const cutOff = await listener.drain(timeoutMs - delayMs);
      page.stop();
      await observability.stop();
      return cutOff;
    },
  };
}

/**
 * Logs which socket techniques this Node supports. A missing one only makes traffic slower, so the log is the way to
 * notice it.
 */
function reportCapabilities(logger: Log['logger']): void {
  const isComplete = Object.values(capabilities).every(Boolean);
  if (isComplete) logger.debug({ capabilities }, 'all socket techniques supported');
  else
    logger.warn(
      { capabilities, node: version },
      'socket technique not supported by this Node version, traffic costs more CPU time',
    );
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
  middleware: readonly Middleware[],
  { memory, processMemory }: Host,
): Listener =>
  new Listener({
    settings: tunnelSettings(config, memory.connectionBytes),
    memory: processMemory,
    observer: compose(middleware, (name, error) => logger.error({ middleware: name, error }, 'middleware failed')),
    render: ({ status, reason, sentence }, accept) => renderAnswer(status, reason, sentence, accept),
    onProblem: atMostEvery(PROBLEM_EVERY_MS, (error) => logger.error({ error }, 'client connection not accepted')),
  });

function tunnelSettings(config: Config, memoryBytes: number): TunnelSettings {
  const { maxHeadBytes, maxRequestLineBytes, maxFields } = config;
  // The limit is per pod, so it is divided among the workers.
  const maxConnections = Math.ceil(config.maxConnections / config.workers);
  const limits = { maxHeadBytes, maxRequestLineBytes, maxFields };
  return { ...config, maxConnections, memoryBytes, limits };
}

/** Formats an address as people write it. */
export const formatAddress = ({ address, port, family }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
