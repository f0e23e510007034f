import { type AddressInfo } from 'node:net';
import { type Config } from './config/schema';
import { type Log } from './log/log';
import { type Stage, createChain } from './middleware/chain';
import { type OverrideNotFound, overrideNotFound } from './middleware/override-not-found';
import { sniffStatus } from './middleware/sniff-status';
import { telemetry } from './middleware/telemetry';
import { builtInNotFoundPage } from './pages/built-in';
import { loadPage } from './pages/load';
import { renderAnswer } from './pages/own-answers';
import { type PageWatch, watchPage } from './pages/watch';
import { Listener } from './tunnel/listener';
import { type TunnelSettings } from './tunnel/settings';

/** Everything that runs, put together: from a configuration to a port that is open, and back. */
export interface Sidecar {
  /**
   * Opens every port; answers the addresses, for the log.
   * @throws NodeJS.ErrnoException when a port cannot be listened on.
   */
  start(): Promise<readonly string[]>;
  /** Stops accepting and finishes what is under way, for at most this long. Answers how many connections were cut off. */
  drain(timeoutMs: number): Promise<number>;
}

/** The least time between two lines about one and the same kind of trouble. */
const TROUBLE_EVERY_MS = 1_000;

export function createSidecar(config: Config, log: Log): Sidecar {
  const { logger } = log;
  const notFound = overrideNotFound(config.notFoundMode, builtInNotFoundPage);
  const stages: readonly Stage[] = [sniffStatus(() => undefined), notFound, telemetry({ opened: [], ended: [] })];
  const listener = new Listener({
    settings: tunnelSettings(config),
    chain: createChain(stages, (stage, error) => logger.error({ stage, error }, 'a stage of the chain failed')),
    render: ({ status, reason, sentence }, accept) => renderAnswer(status, reason, sentence, accept),
    onProblem: atMostEvery(TROUBLE_EVERY_MS, (error) => logger.error({ error }, 'connections are being lost')),
  });
  let watch: PageWatch | undefined;
  return {
    async start() {
      if (config.notFoundPage !== undefined) watch = await showPage(config.notFoundPage, notFound, log);
      return [formatAddress(await listener.start(config.port, config.host))];
    },
    async drain(timeoutMs) {
      watch?.close();
      return listener.drain(timeoutMs);
    },
  };
}

/** Shows the page at `path` and goes on showing what it becomes. */
async function showPage(path: string, notFound: OverrideNotFound, { logger }: Log): Promise<PageWatch> {
  const loaded = await loadPage(path);
  if (loaded.ok) notFound.show(loaded.content);
  else logger.error({ path, problem: loaded.problem }, 'the page cannot be used; the built-in one is shown');
  return watchPage(
    path,
    {
      onPage(content) {
        notFound.show(content);
        logger.info({ path, bytes: content.length }, 'page reloaded');
      },
      onProblem: (problem) => logger.error({ path, problem }, 'the new page cannot be used; the last good one stays'),
    },
    { current: loaded.ok ? loaded.content : undefined },
  );
}

function tunnelSettings(config: Config): TunnelSettings {
  const { maxHeadBytes, maxRequestLineBytes, maxFields } = config;
  return { ...config, limits: { maxHeadBytes, maxRequestLineBytes, maxFields } };
}

const formatAddress = ({ address, port, family }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;

/** Lets a call through if none was within the last `intervalMs`. */
function atMostEvery<Argument>(intervalMs: number, call: (argument: Argument) => void): (argument: Argument) => void {
  let last = -Infinity;
  return (argument) => {
    const now = performance.now();
    if (now - last < intervalMs) return;
    last = now;
    call(argument);
  };
}
