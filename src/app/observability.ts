import { type AddressInfo } from 'node:net';
import { type RunningState, openAdminPort } from './admin';
import { type Config } from '../config/schema';
import { type Log } from '../log/log';
import { type MemoryPlan } from '../memory/memory-plan';
import { FLUSH_MS, openOtel, openPush } from './exporters';
import { createAccessLog } from '../telemetry/access-log/access-log';
import { clientAddress } from '../telemetry/client-address';
import { type Family } from '../telemetry/metrics/metric-family';
import { Live } from '../telemetry/live/live-feed';
import { type LiveUpdate } from '../telemetry/live/messages';
import { createMetrics } from '../telemetry/metrics/metrics';
import { isQuietProbe, noteFields } from '../telemetry/request-fields';
import { type Otel } from '../telemetry/metrics/otlp';
import { type ProcessReader } from '../telemetry/metrics/process-metrics';
import { type Push } from '../telemetry/push/push';
import { type MemoryReader } from '../telemetry/metrics/container-resources';
import { type Exchange } from '../tunnel/exchange';
import { type ConnectionCounts } from '../tunnel/listener';
import { type ProcessMemory } from '../memory/memory-budget';

/** What only the process itself can tell. */
export interface Host {
  readonly version: string;
  readonly memory: MemoryPlan;
  readonly processMemory: ProcessMemory;
  readonly process: ProcessReader & MemoryReader;
  readonly hasColours: boolean;
}

/** What the observers ask of the rest of the sidecar. */
export interface ObserverSources extends Host {
  readonly state: RunningState;
  readonly connections: () => ConnectionCounts;
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
}

/** What has been counted, as plain data. */
export interface Numbers {
  /** All metrics now. */
  families(): Promise<readonly Family[]>;
  /** Of the live page what is new since the last call; meant to be called once a second. */
  live(): LiveUpdate;
}

type Observe = (exchange: Exchange) => void;

/** All who look on: they see every exchange, and touch none. */
export interface Observers {
  readonly targetStatus: Observe;
  readonly opened: readonly Observe[];
  readonly ended: readonly Observe[];
  readonly numbers: Numbers;
  start(): Promise<readonly AddressInfo[]>;
  stop(): Promise<void>;
}

const NOTHING_PUSHED = { sent: 0, dropped: 0, failedAttempts: 0 };

/**
 * One of several workers counts and logs like one that is alone, and tells the dashboard of its own exchanges. What there
 * can be but one of in a pod is left to who started it: the admin port, the collector, the container's resources.
 */
export function createObservers(config: Config, log: Log, sources: ObserverSources): Observers {
  const isAlone = config.workers === 1;
  let push: Push | undefined;
  let otel: Otel | undefined;
  const metrics = createMetrics({
    ...sources,
    droppedLogLines: () => log.dropped(),
    ...(config.telemetryUrl === undefined ? {} : { push: () => push?.counts() ?? NOTHING_PUSHED }),
  });
  const accessLog = log.logger.isLevelEnabled('info') ? openAccessLog(config, log, sources.hasColours) : undefined;
  const live = createLive(config);
  const shown = { ...sources, live, metrics: () => metrics.prometheus(), logger: log.logger };
  const admin = isAlone ? openAdminPort(config, shown) : undefined;
  // The live page can only be seen through the admin port.
  const isWatched = config.adminPort !== 'off';
  return {
    targetStatus: (exchange) => metrics.onResponse(exchange),
    opened: [(exchange) => metrics.onRequest(exchange), ...onlyIf(isWatched, (exchange) => live.onRequest(exchange))],
    ended: [
      (exchange) => {
        // Reading the fields is for those who want more of them than whether it is a probe.
        const fields = accessLog === undefined && push === undefined ? undefined : noteFields(exchange);
        metrics.onEnd(exchange, fields?.isProbe);
        if (fields === undefined) return;
        accessLog?.(exchange, fields);
        push?.onEnd(exchange, fields);
      },
      ...onlyIf(isWatched, (exchange) => live.onEnd(exchange)),
    ],
    numbers: { families: () => metrics.families(), live: () => live.poll() },
    async start() {
      push = await openPush(config, log, { process: sources.process, tellsResources: isAlone });
      if (isAlone) otel = await openOtel(config, log, { version: sources.version, families: () => metrics.families() });
      return admin === undefined ? [] : [await admin.start()];
    },
    async stop() {
      await Promise.all([push?.close(FLUSH_MS), otel?.close(FLUSH_MS), admin?.close()]);
      live.close();
    },
  };
}

const onlyIf = (isWanted: boolean, observe: Observe): Observe[] => (isWanted ? [observe] : []);

const createLive = ({ trustForwarded }: Config): Live =>
  new Live({
    clientOf: (exchange) => clientAddress(exchange, noteFields(exchange), trustForwarded),
    isQuietProbe: (exchange) => isQuietProbe(exchange, noteFields(exchange)),
  });

const openAccessLog = (config: Config, log: Log, hasColours: boolean): ReturnType<typeof createAccessLog> =>
  createAccessLog({
    write: (line) => log.writeLine(line),
    format: config.logFormat,
    logsQuery: config.logQuery,
    trustsForwarded: config.trustForwarded,
    skipsProbes: config.logSkipProbes,
    showsFaultyLines: config.logLevel === 'debug',
    hasColours,
  });
