import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type MemoryPlan } from './memory-plan';
import { type ProcessMemory } from './memory-budget';

/** The share of the limit from which memory is scarce. */
const SCARCE_SHARE = 0.85;

/**
 * Observes the memory of the container. The kernel counts what the budget of the tunnel cannot know: socket buffers (control
 * group version 2), and garbage. Without a limit, memory is never scarce. `root` stands for the file system's.
 */
export function observeProcessMemory(
  { limitBytes, source }: MemoryPlan,
  residentBytes: () => number,
  root = '/',
): ProcessMemory {
  if (source === 'machine') return { isScarce: () => false, collectGarbage: () => undefined };
  // A limit that the operator has set concerns this process; one of a control group concerns all that the group counts.
  const usedBytes = (source === 'control group' ? findUsage(root) : undefined) ?? residentBytes;
  return { isScarce: () => usedBytes() > limitBytes * SCARCE_SHARE, collectGarbage: createCollector() };
}

/** V8 offers its collector only behind a flag, which may be set at run time. */
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

/** Reads the bytes in use, page cache not counted, which the kernel takes back by itself; `undefined` without a control group. */
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
    // In a container the group's own folder is mounted as if it were the root; outside, its path is below it.
    for (const group of [join(folder, path.exec(own)?.[1] ?? ''), folder]) {
      if (read(join(group, usage)) === '') continue;
      return () => Number(read(join(group, usage))) - Number(cache.exec(read(join(group, 'memory.stat')))?.[1] ?? 0);
    }
  }
  return undefined;
}

/** Empty where there is no such file. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}
