import { type AddressInfo } from 'node:net';
import { type Admin, createAdmin } from './admin/server';
import { adminRoutes } from './admin/routes';
import { type TargetCheck, createTargetCheck } from './admin/target-check';
import { type Config } from './config/schema';
import { type Log } from './log/log';
import { createAccessLog } from './telemetry/access-log';
import { createMetrics } from './telemetry/metrics';
import { noteFields } from './telemetry/noted-fields';
import { type ProcessReader } from './telemetry/process-families';
import { type Exchange } from './tunnel/exchange';
import { type ConnectionCounts } from './tunnel/listener';

/** What only the process itself can tell. */
export interface Host {
  readonly version: string;
  readonly process: ProcessReader;
  readonly hasColours: boolean;
}

/** What the observers ask of the rest of the sidecar. */
export interface ObserverSources extends Host {
  readonly state: { readonly hasStarted: boolean; readonly isDraining: boolean };
  readonly connections: () => ConnectionCounts;
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
}

/** All who look on: they see every exchange, and touch none. */
export interface Observers {
  readonly targetStatus: (exchange: Exchange) => void;
  readonly opened: readonly ((exchange: Exchange) => void)[];
  readonly ended: readonly ((exchange: Exchange) => void)[];
  start(): Promise<readonly AddressInfo[]>;
  stop(): Promise<void>;
}

export function createObservers(config: Config, log: Log, sources: ObserverSources): Observers {
  const metrics = createMetrics({ ...sources, droppedLogLines: () => log.dropped() });
  const accessLog = log.logger.isLevelEnabled('info') ? openAccessLog(config, log, sources.hasColours) : undefined;
  const check = config.readinessTarget ? targetCheck(config) : undefined;
  const admin = config.adminPort === 'off' ? undefined : openAdmin(config.adminPort);

  function openAdmin(port: number): Admin {
    const probes = probeSources(sources.state, check);
    const routes = adminRoutes({ probes, metrics: () => metrics.prometheus(), config, pages: [] });
    const onProblem = (error: unknown): void => log.logger.error({ error }, 'the admin port has a problem');
    return createAdmin({ port, host: config.adminHost, routes, onProblem });
  }

  return {
    targetStatus: (exchange) => metrics.onResponse(exchange),
    opened: [(exchange) => metrics.onRequest(exchange)],
    ended: [
      (exchange) => {
        const fields = noteFields(exchange);
        metrics.onEnd(exchange, fields);
        accessLog?.(exchange, fields);
      },
    ],
    async start() {
      await check?.start();
      return admin === undefined ? [] : [await admin.start()];
    },
    async stop() {
      await admin?.close();
      await check?.close();
    },
  };
}

const openAccessLog = (config: Config, log: Log, hasColours: boolean): ReturnType<typeof createAccessLog> =>
  createAccessLog({
    write: (line) => log.writeLine(line),
    format: config.logFormat,
    logsQuery: config.logQuery,
    trustsForwarded: config.trustForwarded,
    skipsProbes: config.logSkipProbes,
    hasColours,
  });

const targetCheck = ({ targetHost, targetPort, readinessPath }: Config): TargetCheck =>
  createTargetCheck({ host: targetHost, port: targetPort, path: readinessPath });

const probeSources = (
  state: ObserverSources['state'],
  check: TargetCheck | undefined,
): Parameters<typeof adminRoutes>[0]['probes'] => ({
  hasStarted: () => state.hasStarted,
  isAccepting: () => state.hasStarted && !state.isDraining,
  isDraining: () => state.isDraining,
  ...(check === undefined ? {} : { targetProblem: () => check.problem() }),
});
