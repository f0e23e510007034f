import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type MemoryPlan } from './memory-plan';
import { type ProcessMemory, UNOBSERVED_MEMORY } from './memory-budget';

/** The share of the limit from which memory counts as scarce. */
const SCARCE_SHARE = 0.85;

/**
 * Observes the memory of the container. The kernel also counts what the budget of the tunnel does not: socket buffers
 * (control group version 2) and garbage. Without a limit, memory is never scarce. `root` replaces the root of the file
 * system in tests.
 */
export function observeProcessMemory(
  { limitBytes, source }: MemoryPlan,
  residentBytes: () => number,
  root = '/',
): ProcessMemory {
  if (source === 'machine') return UNOBSERVED_MEMORY;
  // A limit set by the operator applies to this process; the limit of a control group applies to all its processes.
  const usedBytes = (source === 'control group' ? findUsage(root) : undefined) ?? residentBytes;
  return { isScarce: () => usedBytes() > limitBytes * SCARCE_SHARE, collectGarbage: createCollector() };
}

/** Creates a function that runs the GC. V8 provides it only behind a flag, which can be set at run time. */
function createCollector(): () => void {
  let collect: (() => void) | undefined;
  return () => {
    if (collect === undefined) {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
    }
    collect();
  };
}

/**
 * Finds the counter of used bytes without the page cache, which the kernel reclaims by itself; `undefined` without a
 * control group.
 */
function findUsage(root: string): (() => number) | undefined {
  const own = read(join(root, 'proc/self/cgroup'));
  const base = join(root, 'sys/fs/cgroup');
  const versions = [
    { path: /^0::(.*)$/m, folder: base, usage: 'memory.current', cache: /^file (\d+)$/m },
    {
      path: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m,
      folder: join(base, 'memory'),
      usage: 'memory.usage_in_bytes',
      cache: /^total_cache (\d+)$/m,
    },
  ];
  for (const { path, folder, usage, cache } of versions) {
    // In a container the group's own directory is mounted as the root; outside a container, its path is below the root.
    for (const group of [join(folder, path.exec(own)?.[1] ?? ''), folder]) {
      if (read(join(group, usage)) === '') continue;
      return () => Number(read(join(group, usage))) - Number(cache.exec(read(join(group, 'memory.stat')))?.[1] ?? 0);
    }
  }
  return undefined;
}

/** Reads a file; returns '' if it does not exist. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}
