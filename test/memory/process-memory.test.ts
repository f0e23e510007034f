import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { observeProcessMemory } from '../../src/memory/process-memory';
import { eventually } from '../support/eventually';

const MIB = 1024 * 1024;
const plan = (source: 'MAX_MEMORY' | 'control group' | 'machine') =>
  ({ limitBytes: 96 * MIB, source, connectionBytes: MIB }) as const;
const noResident = (): number => 0;

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ambassador-memory-'));
});

afterEach(() => rm(root, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const version2 = (currentMiB: number, fileMiB: number): Record<string, string> => ({
  'proc/self/cgroup': '0::/pod/box\n',
  'sys/fs/cgroup/pod/box/memory.current': `${currentMiB * MIB}\n`,
  'sys/fs/cgroup/pod/box/memory.stat': `anon 1\nfile ${fileMiB * MIB}\nsock 1\n`,
});

const version1 = (usageMiB: number, cacheMiB: number): Record<string, string> => ({
  'proc/self/cgroup': '4:memory:/pod/box\n0::/\n',
  'sys/fs/cgroup/memory/memory.usage_in_bytes': `${usageMiB * MIB}\n`,
  'sys/fs/cgroup/memory/memory.stat': `cache 1\ntotal_cache ${cacheMiB * MIB}\n`,
});

describe('memory is scarce', () => {
  test.each([
    ['version 2', version2(90, 1), true],
    ['version 2, most of it page cache', version2(90, 60), false],
    ['version 2, far from the limit', version2(40, 0), false],
    ['version 1, mounted as the root', version1(90, 1), true],
    ['version 1, most of it page cache', version1(90, 60), false],
  ])('near the limit of a control group of %s', async (_, files, isScarce) => {
    await write(files);
    expect(observeProcessMemory(plan('control group'), noResident, root).isScarce()).toBe(isScarce);
  });

  test('when the resident memory comes near MAX_MEMORY, whatever a control group counts', async () => {
    await write(version2(4096, 0));
    expect(observeProcessMemory(plan('MAX_MEMORY'), () => 40 * MIB, root).isScarce()).toBe(false);
    expect(observeProcessMemory(plan('MAX_MEMORY'), () => 90 * MIB, root).isScarce()).toBe(true);
  });

  test('never where the machine is the only limit', async () => {
    await write(version2(4096, 0));
    expect(observeProcessMemory(plan('machine'), () => 4096 * MIB, root).isScarce()).toBe(false);
  });

  test('by the resident memory where the files of the control group are missing', () => {
    expect(observeProcessMemory(plan('control group'), () => 90 * MIB, root).isScarce()).toBe(true);
  });
});

test('A collection frees buffers that nothing refers to.', async () => {
  const memory = observeProcessMemory(plan('MAX_MEMORY'), noResident, root);
  const external = (): number => process.memoryUsage().arrayBuffers;
  memory.collectGarbage();
  const before = external();
  (() => Array.from({ length: 8 }, () => Buffer.alloc(MIB)))();
  memory.collectGarbage();
  // V8 may free the memory of dead buffers on another thread.
  expect(
    await eventually(
      () => external() - before,
      (growth) => growth < MIB,
    ),
  ).toBeLessThan(MIB);
});
