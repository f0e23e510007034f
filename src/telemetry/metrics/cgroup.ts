import { join } from 'node:path';
import { readFile } from '../../fs';

/** The CPU quota of a container and the CPU time that it has used. */
export interface ProcessorQuota {
  /** The quota in processors: 0.5 is half a processor. */
  readonly processors: number;
  /** CPU time used so far, in milliseconds. */
  readonly userMs: number;
  readonly systemMs: number;
}

/**
 * Reads the CPU quota of our control group, version 2 or 1; resolves with `undefined` if there is no quota or no
 * control group. `root` replaces the root of the file system in tests.
 */
export async function processorQuota(root = '/'): Promise<ProcessorQuota | undefined> {
  const own = await read(join(root, 'proc/self/cgroup'));
  return (await quotaOfV2(root, pathIn(own, '0::'))) ?? (await quotaOfV1(root, own));
}

async function quotaOfV2(root: string, path: string): Promise<ProcessorQuota | undefined> {
  const base = 'sys/fs/cgroup';
  const [quota, period] = (await readNear(root, base, path, 'cpu.max')).split(' ').map(Number);
  const stat = await readNear(root, base, path, 'cpu.stat');
  const usec = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1]);
  return checked(quota, period, usec('user_usec') / 1e3, usec('system_usec') / 1e3);
}

async function quotaOfV1(root: string, own: string): Promise<ProcessorQuota | undefined> {
  const path = pathIn(own, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:/m);
  const usagePath = pathIn(own, /^\d+:(?:[^:]*,)?cpuacct(?:,[^:]*)?:/m);
  const base = 'sys/fs/cgroup/cpu';
  const quota = Number(await readNear(root, base, path, 'cpu.cfs_quota_us'));
  const period = Number(await readNear(root, base, path, 'cpu.cfs_period_us'));
  const used = async (name: string): Promise<number> =>
    Number(await readNear(root, 'sys/fs/cgroup/cpuacct', usagePath, name)) / 1e6;
  return checked(quota, period, await used('cpuacct.usage_user'), await used('cpuacct.usage_sys'));
}

function checked(quota = NaN, period = NaN, userMs = NaN, systemMs = NaN): ProcessorQuota | undefined {
  const processors = quota / period;
  return processors > 0 && Number.isFinite(processors + userMs + systemMs)
    ? { processors, userMs, systemMs }
    : undefined;
}

/** Returns the path after `prefix` in `/proc/self/cgroup`. */
function pathIn(own: string, prefix: string | RegExp): string {
  const line = own.split('\n').find((one) => (typeof prefix === 'string' ? one.startsWith(prefix) : prefix.test(one)));
  return line?.slice(line.lastIndexOf(':') + 1) ?? '/';
}

/**
 * Reads a file of a control group. In a container the group's own directory is mounted as the root; outside a
 * container, its path is below the root.
 */
async function readNear(root: string, base: string, path: string, name: string): Promise<string> {
  return (await read(join(root, base, path, name))) || read(join(root, base, name));
}

/** Reads a file; resolves with '' if it does not exist, for example with the other version or on another system. */
const read = (path: string): Promise<string> =>
  readFile(path, 'latin1').then(
    (text) => text.trim(),
    () => '',
  );
