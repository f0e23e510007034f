import { readdirSync, readFileSync } from 'node:fs';

/** What the operating system has charged to a process and all its descendants, in milliseconds. */
export interface ProcessorTime {
  readonly userMs: number;
  readonly systemMs: number;
}

/** Resident memory of a process and all its descendants, in MiB; `peak` is the high-water mark since the start. */
export interface Memory {
  readonly residentMiB: number;
  readonly peakMiB: number;
}

/** proc(5) counts in USER_HZ, which is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

interface Stat {
  readonly parent: number;
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** undefined: the process has gone. */
function readStat(pid: number): Stat | undefined {
  const text = readProcess(pid, 'stat');
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold spaces: count from behind it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? 0;
  return { parent: field(4), userTicks: field(14) + field(16), systemTicks: field(15) + field(17) };
}

function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** The process and its living descendants, the process first. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat) parents.set(Number(name), stat.parent);
  }
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

/** Threads, workers and children that have ended are counted too. */
export function processorTime(root: number): ProcessorTime {
  const stats = processTree(root).flatMap((pid) => readStat(pid) ?? []);
  return {
    userMs: stats.reduce((sum, stat) => sum + stat.userTicks, 0) * MS_PER_TICK,
    systemMs: stats.reduce((sum, stat) => sum + stat.systemTicks, 0) * MS_PER_TICK,
  };
}

export function memory(root: number): Memory {
  const status = processTree(root).map((pid) => readProcess(pid, 'status') ?? '');
  const sum = (name: string): number =>
    status.reduce((total, text) => total + Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0), 0);
  return { residentMiB: sum('VmRSS') / 1024, peakMiB: sum('VmHWM') / 1024 };
}
