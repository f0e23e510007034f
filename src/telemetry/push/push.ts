import { hostname } from 'node:os';
import { type ExchangeRecord } from '../../tunnel/exchange';
import { backoffMs } from '../backoff';
import { errorMessage } from '../error-message';
import { type RequestFields } from '../request-fields';
import { createPoster } from './json-client';
import { pushRecord } from './record';
import { type RecordCounts, RecordQueue } from './queue';
import { type MemoryReader, readResources } from '../metrics/container-resources';

export interface PushOptions {
  /** The base URL of the dashboard; `/stats` and `/resources` are appended. */
  readonly url: string;
  readonly process: MemoryReader;
  /** Called when posting to `path` begins to fail, with the reason, and when it works again, with `undefined`. */
  readonly onChange: (path: '/stats' | '/resources', problem: string | undefined) => void;
  /**
   * Whether the container's resources are pushed too. Default: yes; of several processes in a container only one does.
   */
  readonly reportsResources?: boolean;
  /** The name of the pod. Default: the host name, which is the pod's name in Kubernetes. */
  readonly pod?: string;
  /** The interval of records in milliseconds. Default 5000. */
  readonly statsIntervalMs?: number;
  /**
   * The interval of resources in milliseconds. Default 1000: the dashboard considers a pod gone after two seconds
   * without data.
   */
  readonly resourcesIntervalMs?: number;
  /** The time limit of one request in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

export interface Push {
  /** Adds an exchange that has ended. */
  readonly onEnd: (exchange: ExchangeRecord, fields: Readonly<RequestFields>) => void;
  readonly counts: () => RecordCounts;
  /** Sends the waiting records within this time and stops. */
  readonly close: (timeoutMs: number) => Promise<void>;
}

/**
 * Pushes a record of every request with a response, and the container's resources, to the dashboard of a fleet. Probes
 * are excluded. Traffic never waits for the dashboard: records that it cannot receive in time are kept up to a limit,
 * and then dropped and counted.
 */
export async function startPush(options: PushOptions): Promise<Push> {
  const { pod = hostname(), statsIntervalMs = 5_000, resourcesIntervalMs = 1_000, timeoutMs = 5_000 } = options;
  const poster = await createPoster(options.url, timeoutMs);
  const queue = new RecordQueue({
    send: (stats) => poster.post('/stats', JSON.stringify({ pod, stats })),
    intervalMs: statsIntervalMs,
    onChange: (problem) => options.onChange('/stats', problem),
  });
  const tellResources = {
    run: async () => poster.post('/resources', JSON.stringify({ pod, resource: await readResources(options.process) })),
    onChange: (problem: string | undefined) => options.onChange('/resources', problem),
  };
  const { reportsResources = true } = options;
  const stopTelling = reportsResources ? repeat(resourcesIntervalMs, tellResources) : () => undefined;
  return {
    onEnd(exchange, fields) {
      if (fields.isProbe) return;
      const record = pushRecord(exchange, Date.now());
      if (record !== undefined) queue.add(record);
    },
    counts: () => queue.counts,
    async close(closeTimeoutMs) {
      stopTelling();
      await queue.close(closeTimeoutMs);
      await poster.close();
    },
  };
}

interface Repeated {
  readonly run: () => Promise<void>;
  readonly onChange: (problem: string | undefined) => void;
}

/**
 * Runs a function repeatedly, with growing intervals while it fails. Data that could not be posted is not kept, because
 * it is outdated by then.
 */
function repeat(intervalMs: number, { run, onChange }: Repeated): () => void {
  let timer: NodeJS.Timeout;
  let isStopped = false;
  let failures = 0;
  const rest = (ms: number): void => {
    timer = setTimeout(() => void next(), ms).unref();
  };
  async function next(): Promise<void> {
    try {
      await run();
      if (failures > 0) onChange(undefined);
      failures = 0;
    } catch (error) {
      if (isStopped) return;
      if (failures++ === 0) onChange(errorMessage(error));
    }
    if (!isStopped) rest(failures === 0 ? intervalMs : backoffMs(failures));
  }
  rest(intervalMs);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
