import { type AddressInfo } from 'node:net';
import { type AdminPort, openAdminPort } from './admin-port';
import { type Config } from './config/schema';
import { type Log } from './log/log';
import { createAccessLog } from './telemetry/access-log';
import { clientAddress } from './telemetry/client-address';
import { Live } from './telemetry/live';
import { createMetrics } from './telemetry/metrics';
import { isQuietProbe, noteFields } from './telemetry/noted-fields';
import { type Otel, startOtel } from './telemetry/otel';
import { type ProcessReader } from './telemetry/process-families';
import { type Push, startPush } from './telemetry/push';
import { type MemoryReader } from './telemetry/resources';
import { type Exchange } from './tunnel/exchange';
import { type ConnectionCounts } from './tunnel/listener';

/** What only the process itself can tell. */
export interface Host {
  readonly version: string;
  readonly process: ProcessReader & MemoryReader;
  readonly hasColours: boolean;
}

/** What the observers ask of the rest of the sidecar. */
export interface ObserverSources extends Host {
  readonly state: { readonly hasStarted: boolean; readonly isDraining: boolean };
  readonly connections: () => ConnectionCounts;
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
}

type Observe = (exchange: Exchange) => void;

/** All who look on: they see every exchange, and touch none. */
export interface Observers {
  readonly targetStatus: Observe;
  readonly opened: readonly Observe[];
  readonly ended: readonly Observe[];
  start(): Promise<readonly AddressInfo[]>;
  stop(): Promise<void>;
}

/** How long leaving waits for dashboard and collector to take the last numbers. */
const FLUSH_MS = 1_000;

const NOTHING_PUSHED = { sent: 0, dropped: 0, failedAttempts: 0 };

export function createObservers(config: Config, log: Log, sources: ObserverSources): Observers {
  let push: Push | undefined;
  let otel: Otel | undefined;
  const metrics = createMetrics({
    ...sources,
    droppedLogLines: () => log.dropped(),
    ...(config.telemetryUrl === undefined ? {} : { push: () => push?.counts() ?? NOTHING_PUSHED }),
  });
  const accessLog = log.logger.isLevelEnabled('info') ? openAccessLog(config, log, sources.hasColours) : undefined;
  const live = new Live({
    clientOf: (exchange) => clientAddress(exchange, noteFields(exchange), config.trustForwarded),
    isQuietProbe: (exchange) => isQuietProbe(exchange, noteFields(exchange)),
  });
  const admin = openAdminPort(config, { live, metrics, state: sources.state, logger: log.logger });
  return {
    targetStatus: (exchange) => metrics.onResponse(exchange),
    opened: [(exchange) => metrics.onRequest(exchange), ...onlyWith(admin, (exchange) => live.onRequest(exchange))],
    ended: [
      (exchange) => {
        const fields = noteFields(exchange);
        metrics.onEnd(exchange, fields);
        accessLog?.(exchange, fields);
        push?.onEnd(exchange, fields);
      },
      ...onlyWith(admin, (exchange) => live.onEnd(exchange)),
    ],
    async start() {
      push = await openPush(config, log, sources);
      otel = await openOtel(config, log, { version: sources.version, families: () => metrics.families() });
      return admin === undefined ? [] : [await admin.start()];
    },
    async stop() {
      await Promise.all([push?.close(FLUSH_MS), otel?.close(FLUSH_MS), admin?.close()]);
      live.close();
    },
  };
}

/** The live page can only be seen through the admin port. */
const onlyWith = (admin: AdminPort | undefined, observe: Observe): Observe[] => (admin === undefined ? [] : [observe]);

const openAccessLog = (config: Config, log: Log, hasColours: boolean): ReturnType<typeof createAccessLog> =>
  createAccessLog({
    write: (line) => log.writeLine(line),
    format: config.logFormat,
    logsQuery: config.logQuery,
    trustsForwarded: config.trustForwarded,
    skipsProbes: config.logSkipProbes,
    hasColours,
  });

async function openPush(config: Config, { logger }: Log, { process }: Host): Promise<Push | undefined> {
  if (config.telemetryUrl === undefined) return undefined;
  return startPush({
    url: config.telemetryUrl,
    process,
    onChange(path, problem) {
      if (problem === undefined) logger.info({ path }, 'the dashboard takes records again');
      else logger.warn({ path, problem }, 'the dashboard takes no records');
    },
  });
}

/** Without an endpoint not one module of OpenTelemetry is loaded: the file that does so only imports types otherwise. */
async function openOtel(
  { otelExporterOtlpEndpoint: endpoint }: Config,
  { logger }: Log,
  source: Pick<Parameters<typeof startOtel>[0], 'version' | 'families'>,
): Promise<Otel | undefined> {
  if (endpoint === undefined) return undefined;
  return startOtel({
    ...source,
    endpoint,
    onChange(problem) {
      if (problem === undefined) logger.info('the collector takes metrics again');
      else logger.warn({ problem }, 'the collector takes no metrics');
    },
  });
}
