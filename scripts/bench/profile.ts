import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { enter } from './cast';
import { type Contender } from './contenders';
import { REPOSITORY } from './places';
import { type Scene } from './rounds';
import { unwatched } from './stage';
import { type Workload } from './workloads';

/** The part of a .cpuprofile that is read here. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

const SAMPLE_MICROSECONDS = 200;
const ROWS = 30;

/**
 * Runs the first contender under V8's sampling profiler, in the first of the workloads, and gives a table of the
 * functions in which it was found most often. Time in the kernel counts for the function of Node that went there.
 */
export async function profile(workloads: readonly Workload[], scene: Scene): Promise<string> {
  const [contender] = scene.contenders;
  const [workload] = workloads;
  if (!contender || !workload) throw new Error('nobody to profile');
  const profiled = withProfiler(contender, scene.dir);
  const running = await enter(profiled, workload, scene.targets, scene.dir);
  const stage = { running, seconds: scene.options.seconds, dir: scene.dir, watch: unwatched };
  try {
    for (let round = 0; round < scene.options.rounds; round++) {
      scene.say(`profile of ${contender.name} in ${workload.name}: ${round + 1} of ${scene.options.rounds}`);
      await workload.measure.sample(stage);
    }
  } finally {
    await running.stop();
  }
  const files = readdirSync(scene.dir).filter((name) => name.endsWith('.cpuprofile'));
  const [file] = files;
  if (file === undefined) throw new Error(`${contender.name} left no profile: only what runs on Node can be profiled`);
  return selfTimes(JSON.parse(readFileSync(join(scene.dir, file), 'utf8')) as CpuProfile);
}

function withProfiler(contender: Contender, dir: string): Contender {
  const flags = ['--cpu-prof', '--cpu-prof-dir', dir, '--cpu-prof-interval', String(SAMPLE_MICROSECONDS)];
  return {
    ...contender,
    launch: (setting) => {
      const launch = contender.launch(setting);
      const [node = '', ...rest] = launch.argv;
      return { ...launch, argv: [node, ...flags, ...rest] };
    },
  };
}

function selfTimes({ nodes, samples }: CpuProfile): string {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]));
  const counts = new Map<string, number>();
  for (const id of samples) {
    const at = placeOf.get(id) ?? '';
    if (at !== '(idle)' && at !== '(program)') counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...counts].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  return rows.map(([at, count]) => `${((count / total) * 100).toFixed(1).padStart(6)} %  ${at}\n`).join('');
}

function place({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.startsWith('file://') ? relative(REPOSITORY, url.slice('file://'.length)) : url;
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}
