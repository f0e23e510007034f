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
  /** `/stats` and `/resources` are below it. */
  readonly url: string;
  readonly process: MemoryReader;
  /** What is wrong with posting to `path`, or `undefined` once it goes right again: each time that changes. */
  readonly onChange: (path: '/stats' | '/resources', problem: string | undefined) => void;
  /** Whether the container's resources are told, too. Default: yes; of several processes in it, one does. */
  readonly tellsResources?: boolean;
  /** Default: the host's name, which in Kubernetes is the pod's. */
  readonly pod?: string;
  /** In milliseconds. Default 5000. */
  readonly statsIntervalMs?: number;
  /** In milliseconds. Default 1000: the dashboard takes a pod that was silent for two seconds for gone. */
  readonly resourcesIntervalMs?: number;
  /** For one request, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

export interface Push {
  /** Notes an exchange that has ended. */
  readonly onEnd: (exchange: ExchangeRecord, fields: Readonly<RequestFields>) => void;
  readonly counts: () => RecordCounts;
  /** Sends what waits, for at most this long, and stops. */
  readonly close: (timeoutMs: number) => Promise<void>;
}

/**
 * Tells a dashboard of the whole fleet about every answered request, and about the container. Probes are left out. None
 * of it is ever waited for: what the dashboard cannot take in time is kept, up to a bound, and then dropped and counted.
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
  const { tellsResources = true } = options;
  const stopTelling = tellsResources ? repeat(resourcesIntervalMs, tellResources) : () => undefined;
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

/** Runs it again and again, later and later while it fails. What could not be posted is not kept: it is old by then. */
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
