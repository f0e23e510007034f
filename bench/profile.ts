import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { enter } from './start-contender';
import { type Contender } from './contenders';
import { REPOSITORY } from './paths';
import { type Scene } from './rounds';
import { unwatched } from './environment';
import { type Workload } from './workloads';

/** The part of a .cpuprofile that is read here. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample since the one before. */
  readonly timeDeltas: readonly number[];
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
 * functions in which it was found most often once it was warm. Time in the kernel counts for the function of Node that
 * went there; `(program)` is what is not JavaScript and was not called by it, such as waiting for and reading from sockets.
 */
export async function profile(workloads: readonly Workload[], scene: Scene): Promise<string> {
  const [contender] = scene.contenders;
  const [workload] = workloads;
  if (!contender || !workload) throw new Error('nobody to profile');
  const startedAt = performance.now();
  const running = await enter(withProfiler(contender, scene.dir), workload, scene.targets, scene.dir);
  const stage = { running, seconds: scene.options.seconds, dir: scene.dir, watch: unwatched };
  let warmAfterMs = 0;
  try {
    await workload.measure.warmUp?.(stage);
    warmAfterMs = performance.now() - startedAt;
    for (let round = 0; round < scene.options.rounds; round++) {
      scene.say(`profile of ${contender.name} in ${workload.name}: ${round + 1} of ${scene.options.rounds}`);
      await workload.measure.sample(stage);
    }
  } finally {
    await running.stop();
  }
  return selfTimes(readProfile(scene.dir, contender), warmAfterMs * 1000);
}

/** A process with worker threads leaves a profile for each; the main thread's has the most to tell. */
function readProfile(dir: string, contender: Contender): CpuProfile {
  const profiles = readdirSync(dir)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as CpuProfile)
    .sort((a, b) => b.nodes.length - a.nodes.length);
  if (!profiles[0]) throw new Error(`${contender.name} left no profile: only what runs on Node can be profiled`);
  return profiles[0];
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

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, fromMicroseconds: number): string {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]));
  const spent = new Map<string, number>();
  let now = 0;
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    const at = placeOf.get(id) ?? '';
    now += delta;
    if (now < fromMicroseconds || at === '(idle)') continue;
    spent.set(at, (spent.get(at) ?? 0) + delta);
    total += delta;
  }
  const rows = [...spent].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  return rows.map(([at, time]) => `${((time / total) * 100).toFixed(1).padStart(6)} %  ${at}\n`).join('');
}

function place({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.startsWith('file://') ? relative(REPOSITORY, url.slice('file://'.length)) : url;
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`;
}
