import { totalmem } from 'node:os';

/**
 * The memory of a process without connections: heap, code, stacks, and V8's free pages. Measured in a control group.
 */
const BASE_BYTES = 44 * 1024 * 1024;

/**
 * The share of the remaining memory that connections may hold. Uncollected garbage and kernel buffers need the other
 * part.
 */
const SHARE = 0.5;

/** The minimum for connections: less would serve too few of them to be useful. */
const LEAST_BYTES = 8 * 1024 * 1024;

/** The division of the memory that an ambassador may use. */
export interface MemoryPlan {
  /** The memory of all its processes together, in bytes. */
  readonly limitBytes: number;
  readonly source: 'MAX_MEMORY' | 'control group' | 'machine';
  /** The part of it that the connections of one process may hold, in bytes. */
  readonly connectionBytes: number;
}

/**
 * Derives the memory for connections from `MAX_MEMORY` or the limit of the control group (version 1 or 2).
 *
 * @param constrainedBytes the limit of the control group as `process.constrainedMemory()` reports it: 0, or more than
 * the memory of the machine, if there is none
 */
export function planMemory(
  { maxMemory, workers }: { readonly maxMemory?: number | undefined; readonly workers: number },
  constrainedBytes: number,
): MemoryPlan {
  const isConstrained = constrainedBytes > 0 && constrainedBytes < totalmem();
  const limitBytes = maxMemory ?? (isConstrained ? constrainedBytes : totalmem());
  // The primary of several workers needs memory for itself.
  const processes = workers === 1 ? 1 : workers + 1;
  const connectionBytes = Math.max(LEAST_BYTES, ((limitBytes - processes * BASE_BYTES) * SHARE) / workers);
  return {
    limitBytes,
    source: maxMemory !== undefined ? 'MAX_MEMORY' : isConstrained ? 'control group' : 'machine',
    connectionBytes: Math.floor(connectionBytes),
  };
}

const MIB = 1024 * 1024;

/** Formats the plan as one line for `--check`. */
export const describeMemory = ({ limitBytes, source, connectionBytes }: MemoryPlan): string =>
  `Memory: connections may hold ${(connectionBytes / MIB).toFixed(1)} MiB in each process; ` +
  `the limit is ${Math.round(limitBytes / MIB)} MiB (${source}).`;
