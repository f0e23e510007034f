import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processorQuota } from '../../../src/telemetry/metrics/cgroup';
import { readResources } from '../../../src/telemetry/metrics/container-resources';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function files(texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
}

const STAT_V2 = 'usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 0';

describe('the processor quota of a container', () => {
  it('is read with control groups version 2', async () => {
    files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '50000 100000', 'sys/fs/cgroup/cpu.stat': STAT_V2 });
    expect(await processorQuota(root)).toStrictEqual({ processors: 0.5, userMs: 2000, systemMs: 1000 });
  });

  it('is read below the path of the group where the machine’s whole tree is seen', async () => {
    files({
      'proc/self/cgroup': '0::/kubepods/pod1',
      'sys/fs/cgroup/kubepods/pod1/cpu.max': '150000 100000',
      'sys/fs/cgroup/kubepods/pod1/cpu.stat': STAT_V2,
    });
    expect(await processorQuota(root)).toMatchObject({ processors: 1.5 });
  });

  it('is read with control groups version 1', async () => {
    files({
      'proc/self/cgroup': '4:memory:/pod1\n3:cpuacct,cpu:/pod1\n0::/',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '20000',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/cpuacct/cpuacct.usage_user': '2000000000',
      'sys/fs/cgroup/cpuacct/cpuacct.usage_sys': '1000000000',
    });
    expect(await processorQuota(root)).toStrictEqual({ processors: 0.2, userMs: 2000, systemMs: 1000 });
  });

  it('is none where there is no limit', async () => {
    files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': 'max 100000', 'sys/fs/cgroup/cpu.stat': STAT_V2 });
    expect(await processorQuota(root)).toBeUndefined();
    files({ 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' });
    expect(await processorQuota(root)).toBeUndefined();
  });

  it('is none where there are no control groups', async () => {
    expect(await processorQuota(root)).toBeUndefined();
  });
});

describe('the resources of a container', () => {
  const memory = (limit: number, available: number): Parameters<typeof readResources>[0] => ({
    constrainedMemory: () => limit,
    availableMemory: () => available,
  });

  it('are its limits where it has some', async () => {
    files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '150000 100000', 'sys/fs/cgroup/cpu.stat': STAT_V2 });
    const resources = await readResources(memory(64 * 2 ** 20, 20 * 2 ** 20), root);
    expect(resources).toMatchObject({ total_memory: 64 * 2 ** 20, free_memory: 20 * 2 ** 20 });
    expect(resources.cpus).toHaveLength(2);
    expect(resources.cpus[0]?.times).toMatchObject({ user: 1000, sys: 500, nice: 0, irq: 0 });
  });

  it('show a load that is the share of what the container may use', async () => {
    const stat = (user: number): string => `user_usec ${user * 1000}\nsystem_usec 0`;
    files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '50000 100000', 'sys/fs/cgroup/cpu.stat': stat(0) });
    const now = Date.now();
    const { times: first = { idle: NaN } } = (await readResources(memory(0, 0), root)).cpus[0] ?? {};
    files({ 'sys/fs/cgroup/cpu.stat': stat(100) });
    const { times: second = { idle: NaN } } = (await readResources(memory(0, 0), root)).cpus[0] ?? {};
    const grown = second.idle - first.idle;
    // Half a processor for so long, of which 100 ms were used.
    expect(grown).toBeGreaterThanOrEqual(-100);
    expect(grown).toBeLessThanOrEqual((Date.now() - now) / 2 - 100);
  });

  it.each([0, 2 ** 64, totalmem()])(
    'are those of the machine with a limit of %p bytes, which is none',
    async (limit) => {
      const { total_memory: total, free_memory: free } = await readResources(memory(limit, 1), root);
      expect(total).toBe(totalmem());
      expect(free).toBeLessThanOrEqual(total);
    },
  );
});
