import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const MIB = 1024 * 1024;

/** A control group of our own with a memory limit, for one process that joins it. Needs root. */
export interface ControlGroup {
  /** A shell command by which a process joins the group. */
  readonly join: string;
  /** Bytes in use without page cache, which the kernel takes back by itself. */
  readonly usedBytes: () => number;
  remove(): void;
}

/** Version 2 where the kernel mounts it with a memory controller, version 1 otherwise. */
export function createControlGroup(name: string, limitBytes: number): ControlGroup {
  const isVersion2 = existsSync(join(ROOT, 'cgroup.controllers'));
  const folder = join(ROOT, isVersion2 ? '' : 'memory', name);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const read = (file: string): string => readFileSync(join(folder, file), 'latin1');
  if (isVersion2) {
    write('memory.max', String(limitBytes));
    write('memory.swap.max', '0');
  } else write('memory.limit_in_bytes', String(limitBytes));
  const cached = isVersion2 ? /^file (\d+)$/m : /^total_cache (\d+)$/m;
  return {
    join: `echo $$ > ${join(folder, 'cgroup.procs')}`,
    usedBytes: () =>
      Number(read(isVersion2 ? 'memory.current' : 'memory.usage_in_bytes')) -
      Number(cached.exec(read('memory.stat'))?.[1] ?? 0),
    remove: () => rmdirSync(folder),
  };
}

export const inMib = (bytes: number): number => bytes / MIB;
