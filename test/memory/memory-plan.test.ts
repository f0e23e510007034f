import { describe, expect, test } from '@jest/globals';
import { totalmem } from 'node:os';
import { describeMemory, planMemory } from '../../src/memory/memory-plan';

const MIB = 1024 * 1024;

describe('the memory plan', () => {
  test('takes MAX_MEMORY before the limit of the control group', () => {
    const plan = planMemory({ maxMemory: 128 * MIB, workers: 1 }, 96 * MIB);
    expect(plan).toMatchObject({ limitBytes: 128 * MIB, source: 'MAX_MEMORY' });
  });

  test('takes the limit of the control group where there is one', () => {
    expect(planMemory({ workers: 1 }, 96 * MIB)).toMatchObject({ limitBytes: 96 * MIB, source: 'control group' });
  });

  test.each([0, Number.MAX_SAFE_INTEGER])('takes the memory of the machine where the group says %d', (limit) => {
    expect(planMemory({ workers: 1 }, limit)).toMatchObject({ limitBytes: totalmem(), source: 'machine' });
  });

  test('leaves each process its base, and divides the rest among the workers', () => {
    const alone = planMemory({ workers: 1 }, 512 * MIB).connectionBytes;
    const three = planMemory({ workers: 3 }, 512 * MIB).connectionBytes;
    expect(alone).toBeLessThan(256 * MIB);
    expect(3 * three).toBeLessThan(alone);
  });

  test('lets connections hold 8 MiB however small the limit is', () => {
    expect(planMemory({ workers: 1, maxMemory: MIB }, 0).connectionBytes).toBe(8 * MIB);
  });

  test('is described in one line', () => {
    const plan = { limitBytes: 96 * MIB, source: 'control group', connectionBytes: 26 * MIB } as const;
    expect(describeMemory(plan)).toBe(
      'Memory: connections may hold 26.0 MiB in each process; the limit is 96 MiB (control group).',
    );
  });
});
