import { cpus, freemem, totalmem, type CpuInfo } from 'node:os';
import { processorQuota } from './cgroup';

/** The resources of a pod in the format of the dashboard. The names are part of its protocol. */
export interface Resources {
  /** Free memory in bytes. */
  readonly free_memory: number;
  /** Total memory in bytes: of the container if it has a limit, otherwise of the machine. */
  readonly total_memory: number;
  /** The processors in the format of `os.cpus()`: `times` are milliseconds so far. */
  readonly cpus: readonly CpuInfo[];
}

/** The functions of `process` that are used here. */
export interface MemoryReader {
  /** Returns the container's limit in bytes; 0, or more than the memory of the machine, if there is no limit. */
  constrainedMemory(): number;
  availableMemory(): number;
}

/**
 * Reads the resources. With a CPU quota the container is reported with that number of processors, the last one as a
 * fraction, which are idle while the quota is not used. The dashboard then shows the used share of the quota as the
 * load.
 */
export async function readResources(memory: MemoryReader, root?: string): Promise<Resources> {
  const limit = memory.constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  const machine = cpus();
  const quota = await processorQuota(root);
  return {
    free_memory: isLimited ? Math.max(0, Math.min(limit, memory.availableMemory())) : freemem(),
    total_memory: isLimited ? limit : totalmem(),
    cpus: quota === undefined ? machine : quotaCpus(quota, machine),
  };
}

function quotaCpus(
  { processors, userMs, systemMs }: { processors: number; userMs: number; systemMs: number },
  [first]: readonly CpuInfo[],
): readonly CpuInfo[] {
  const count = Math.ceil(processors);
  const { model, speed } = first ?? { model: '', speed: 0 };
  const user = userMs / count;
  const sys = systemMs / count;
  // The quota since the epoch: only its increase between two readings matters.
  const idle = (Date.now() * processors) / count - user - sys;
  return Array.from({ length: count }, () => ({ model, speed, times: { user, nice: 0, sys, idle, irq: 0 } }));
}
