import cluster from 'node:cluster';
import { openAdminPort } from '../app/admin';
import { type Config } from '../config/schema';
import { type Log } from '../log/log';
import { type Host } from '../app/observability';
import { FLUSH_MS, openOtel, openPush } from '../app/exporters';
import { type Service, formatAddress } from '../app/sidecar';
import { counter, type MetricFamily, onePoint, updown } from '../telemetry/metrics/metric-family';
import { LiveSum } from '../telemetry/live/merged-feed';
import { droppedLogLines, processFamilies } from '../telemetry/metrics/process-metrics';
import { renderPrometheus } from '../telemetry/metrics/prometheus';
import { sumFamilies } from '../telemetry/metrics/merge';
import { type Otel } from '../telemetry/metrics/otlp';
import { type Push } from '../telemetry/push/push';
import { WorkerHandle } from './worker-handle';
import { Pool } from './pool';

/**
 * Creates a service of several worker processes that share one port. This process starts the workers and handles no
 * traffic itself.
 */
export function createPrimary(config: Config, log: Log, host: Host, workerArguments: readonly string[]): Service {
  const pool = createPool(config, log, workerArguments);
  const state = {
    hasStarted: false,
    isDraining: false,
    get isAccepting() {
      return pool.listening > 0 && !this.isDraining;
    },
  };
  const families = async (): Promise<readonly MetricFamily[]> =>
    sumFamilies([await ownFamilies(pool, log, host), await pool.families()]);
  const live = new LiveSum(() => pool.ask('live'));
  const metrics = async (): Promise<string> => renderPrometheus(await families());
  const admin = openAdminPort(config, { live, metrics, state, memory: host.memory, logger: log.logger });
  let push: Push | undefined;
  let otel: Otel | undefined;
  return {
    async start() {
      push = await openPush(config, log, host);
      otel = await openOtel(config, log, { version: host.version, families });
      const shown = admin === undefined ? [] : [formatAddress(await admin.start())];
      const addresses = await pool.start();
      state.hasStarted = true;
      return [...addresses, ...shown];
    },
    async drain(timeoutMs) {
      state.isDraining = true;
      const cutOff = await pool.drain(timeoutMs);
      await Promise.all([push?.close(FLUSH_MS), otel?.close(FLUSH_MS), admin?.close()]);
      live.close();
      return cutOff;
    },
  };
}

/**
 * Creates the pool. The workers accept from one queue of the kernel, in no fixed order. If the primary accepted and
 * distributed the connections (SCHED_RR), the spread would be more even, but a short connection would cost a sixth more
 * processor time. SO_REUSEPORT would need Node 23, lose the connections in the queue of an exited worker, and silently
 * share a port that another process of the same user has opened.
 *
 * The primary writes the log lines of all workers to standard output. Each worker writes its few lines on
 * standard error directly.
 */
function createPool({ workers }: Config, log: Log, workerArguments: readonly string[]): Pool {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args: [...workerArguments], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return new Pool({
    size: workers,
    start: () => new WorkerHandle(cluster.fork(), (lines) => log.writeLine(lines)),
    logger: log.logger,
  });
}

/** Collects the metrics of the primary itself, to which those of the workers are added. */
async function ownFamilies(pool: Pool, log: Log, { process }: Host): Promise<readonly MetricFamily[]> {
  const { lost, unanswered } = pool.counts;
  return [
    updown(
      'ambassador.workers.listening',
      '{process}',
      'Worker processes that accept connections.',
      onePoint(pool.listening),
    ),
    counter('ambassador.workers.lost', '{process}', 'Worker processes that exited unexpectedly.', onePoint(lost)),
    counter(
      'ambassador.workers.unanswered',
      '{question}',
      'Requests for data that a worker did not answer in time. Its last metrics were used instead.',
      onePoint(unanswered),
    ),
    droppedLogLines(log.dropped()),
    ...(await processFamilies(process)),
  ];
}
