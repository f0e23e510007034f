import { cpus, freemem, totalmem, type CpuInfo } from 'node:os';
import { processorQuota } from './cgroup';

/** What a pod has, as the fleet's dashboard knows it. The names are part of its protocol. */
export interface Resources {
  /** Bytes. */
  readonly free_memory: number;
  /** Bytes: of the container where it has a limit, otherwise of the machine. */
  readonly total_memory: number;
  /** As `os.cpus()` has it: `times` are milliseconds so far. */
  readonly cpus: readonly CpuInfo[];
}

/** What only the process itself can say: `process` has it all. */
export interface MemoryReader {
  /** The container's limit in bytes; 0, or more than the machine has, where there is none. */
  constrainedMemory(): number;
  availableMemory(): number;
}

/**
 * With a processor quota the container is shown as so many processors, the last one a fraction, which are idle while the
 * quota is not used: so the dashboard's load is the share of what the container may have.
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
  // What could have been used since the epoch: only its growth between two readings matters.
  const idle = (Date.now() * processors) / count - user - sys;
  return Array.from({ length: count }, () => ({ model, speed, times: { user, nice: 0, sys, idle, irq: 0 } }));
}
