import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processTree } from './accounting';
import { type Workload } from './workloads';

/**
 * The same workload, its figure of merit the instructions that the contender carried out, as the processor counts them. On a
 * machine with other work to do they differ by few per cent from round to round, where time differs by half. They do
 * not say what an instruction took: a cache miss counts as one. Workloads that do not measure work are left as they are.
 */
export function byInstructions(workload: Workload): Workload {
  const { measure } = workload;
  const merit = measure.merit.replace('µs/', 'instructions/');
  if (!measure.merit.startsWith('µs/')) return workload;
  return {
    ...workload,
    measure: {
      ...measure,
      merit,
      figures: { [merit]: 0, 'of them kernel': 0, ...measure.figures },
      sample: async (stage) => {
        const file = join(stage.dir, 'instructions.csv');
        const pids = processTree(stage.running.child.pid).join(',');
        const events = 'instructions:u,instructions:k';
        // perf counts in the processes given for as long as the command runs, which it starts when it is ready.
        const watch = (argv: readonly string[]): readonly string[] => [
          ...['perf', 'stat', '-x', ',', '-e', events, '-o', file, '-p', pids, '--', ...argv],
        ];
        const sample = await measure.sample({ ...stage, watch });
        const { user, kernel } = readCounts(readFileSync(file, 'utf8'));
        const units = sample['units'] ?? NaN;
        return { ...sample, [merit]: (user + kernel) / units, 'of them kernel': kernel / units };
      },
    },
  };
}

/** Lines such as `123456,,instructions:u,…`. */
function readCounts(csv: string): { user: number; kernel: number } {
  const count = (event: string): number => {
    const line = csv.split('\n').find((text) => text.includes(`,${event},`));
    const value = Number(line?.split(',')[0]);
    if (Number.isNaN(value)) throw new Error(`perf could not count ${event} here`);
    return value;
  };
  return { user: count('instructions:u'), kernel: count('instructions:k') };
}
