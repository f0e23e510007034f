import { type AddressInfo } from 'node:net';
import { type RunningState, openAdminPort } from './admin';
import { type Config } from '../config/schema';
import { type Log } from '../log/log';
import { type Middleware } from '../middleware/compose';
import { type MemoryPlan } from '../memory/memory-plan';
import { FLUSH_MS, openOtel, openPush } from './exporters';
import { createAccessLog } from '../telemetry/access-log/access-log';
import { clientAddress } from '../telemetry/client-address';
import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { LiveFeed } from '../telemetry/live/live-feed';
import { type WorkerUpdate } from '../telemetry/live/messages';
import { type Metrics, createMetrics } from '../telemetry/metrics/metrics';
import { isProbe, isQuietProbe, requestFieldsOf } from '../telemetry/request-fields';
import { type Otel } from '../telemetry/metrics/otlp';
import { type ProcessReader } from '../telemetry/metrics/process-metrics';
import { type Push } from '../telemetry/push/push';
import { type MemoryReader } from '../telemetry/metrics/container-resources';
import { type ConnectionCounts } from '../tunnel/listener';
import { type ProcessMemory } from '../memory/memory-budget';

/** Facts and functions of the process itself. */
export interface Host {
  readonly version: string;
  readonly memory: MemoryPlan;
  readonly processMemory: ProcessMemory;
  readonly process: ProcessReader & MemoryReader;
  readonly hasColours: boolean;
}

/** The data that telemetry reads from other parts of the process. */
export interface ObservabilitySources extends Host {
  readonly state: RunningState;
  readonly connections: () => ConnectionCounts;
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
}

/** The counted values, as plain data. */
export interface Numbers {
  /** Returns all current metrics. */
  families(): Promise<readonly MetricFamily[]>;
  /** Returns the changes for the live page since the last call. Must be called once a second. */
  live(): WorkerUpdate;
}

/** All telemetry of one process. */
export interface Observability {
  /** The observers, in order. They read exchanges and change nothing. */
  readonly middleware: readonly Middleware[];
  readonly numbers: Numbers;
  start(): Promise<readonly AddressInfo[]>;
  stop(): Promise<void>;
}

const NOTHING_PUSHED = { sent: 0, dropped: 0, failedAttempts: 0 };

/**
 * Creates the telemetry of one process. Each of several workers counts, logs and pushes its own exchanges. The primary
 * owns the parts that exist once per pod: the admin port, the OTLP export and the container's resources.
 */
export function createObservability(config: Config, log: Log, sources: ObservabilitySources): Observability {
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
  // The live page is available only on the admin port.
  const isWatched = config.adminPort !== 'off';
  return {
    middleware: [createRecorder({ metrics, live: isWatched ? live : undefined, accessLog, push: () => push })],
    numbers: { families: () => metrics.families(), live: () => live.poll() },
    async start() {
      push = await openPush(config, log, { process: sources.process, reportsResources: isAlone });
      if (isAlone) otel = await openOtel(config, log, { version: sources.version, families: () => metrics.families() });
      return admin === undefined ? [] : [await admin.start()];
    },
    async stop() {
      await Promise.all([push?.close(FLUSH_MS), otel?.close(FLUSH_MS), admin?.close()]);
      live.close();
    },
  };
}

/** The receivers of each record. */
interface Receivers {
  readonly metrics: Metrics;
  readonly live: LiveFeed | undefined;
  readonly accessLog: ReturnType<typeof createAccessLog> | undefined;
  /** Undefined until the exporters have started. */
  readonly push: () => Push | undefined;
}

/** Counts each exchange, and passes its record to the log, the live page and the push. */
const createRecorder = ({ metrics, live, accessLog, push }: Receivers): Middleware => ({
  name: 'telemetry',
  onRequest(exchange) {
    metrics.onRequest();
    live?.onRequest(exchange);
  },
  onResponse: (exchange) => metrics.onResponse(exchange),
  onEnd(exchange) {
    const sender = push();
    // Metrics and live page need only the probe flag, which costs less than reading all fields.
    const fields = accessLog === undefined && sender === undefined ? undefined : requestFieldsOf(exchange);
    const isOfProbe = fields?.isProbe ?? isProbe(exchange);
    metrics.onEnd(exchange, isOfProbe);
    live?.onEnd(exchange, isQuietProbe(exchange, { isProbe: isOfProbe }));
    if (fields === undefined) return;
    accessLog?.(exchange, fields);
    sender?.onEnd(exchange, fields);
  },
});

const createLive = ({ trustForwarded }: Config): LiveFeed =>
  new LiveFeed({
    clientOf: (exchange) => clientAddress(exchange, requestFieldsOf(exchange), trustForwarded),
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
