import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contenders, type Contender } from './contenders';
import { byInstructions } from './instructions';
import { LOAD_CPU } from './load';
import { machine } from './machine';
import { type Options, readOptions, USAGE } from './options';
import { REPOSITORY, template, which } from './paths';
import { endAll, killAll, run } from './processes';
import { profile } from './profile';
import { absent, details, summary } from './report';
import { type Outcome, play, type Scene } from './rounds';
import { startTargets } from './target';
import { type Workload, WORKLOADS } from './workloads';

const DOCUMENT = join(REPOSITORY, 'docs', 'benchmarks.md');
/** Their figures are known to be far away: a quick run does without. */
const NOT_IN_QUICK = new Set(['http-proxy', 'caddy']);
const EXIT_USAGE = 64;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(USAGE);
    return;
  }
  requireTools();
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  leaveCleanly(dir);
  try {
    await pinToLoadProcessor();
    await bench(options, dir);
  } finally {
    await endAll();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function bench(options: Options, dir: string): Promise<void> {
  const all = contenders(options);
  await precompile(options);
  const invited = named(
    all,
    options.contenders,
    'contender',
    ({ name }) => !options.isQuick || !NOT_IN_QUICK.has(name),
  );
  const workloads = named(WORKLOADS, options.workloads, 'workload', ({ isQuick }) => !options.isQuick || isQuick);
  const present = invited.filter(({ missing }) => missing === undefined);
  const scene: Scene = { contenders: present, options, targets: await startTargets(dir), dir, say };
  if (options.isProfiling) {
    process.stdout.write(await profile(workloads, scene));
    return;
  }
  const where = machine(options);
  const outcomes: Outcome[] = [];
  for (const workload of options.isCounting ? workloads.map(byInstructions) : workloads) {
    const outcome = await play(workload, scene);
    outcomes.push(outcome);
    process.stdout.write(`\n${details(outcome)}\n`);
  }
  const report = [where, absent(invited), summary(outcomes)].filter((part) => part !== '');
  process.stdout.write(`\n${report.join('\n\n')}\n`);
  if (options.isWriting) writeDocument([template('benchmarks.md'), ...report, '## Figures', ...outcomes.map(details)]);
}

function writeDocument(parts: readonly string[]): void {
  mkdirSync(dirname(DOCUMENT), { recursive: true });
  writeFileSync(DOCUMENT, `${parts.map((part) => part.trim()).join('\n\n')}\n`);
  say(`wrote ${DOCUMENT}`);
}

/** Those that were named, or the usual ones if none was. */
function named<T extends Workload | Contender>(
  all: readonly T[],
  names: readonly string[],
  kind: string,
  isUsual: (one: T) => boolean,
): readonly T[] {
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`no ${kind} ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? all.filter(isUsual) : all.filter(({ name }) => names.includes(name));
}

function requireTools(): void {
  const wanted = { taskset: 'util-linux', wrk: 'wrk', nginx: 'nginx-light' };
  const packages = Object.entries(wanted).flatMap(([command, name]) => (which(command) === undefined ? [name] : []));
  if (packages.length > 0) throw new Error(`needed: apt-get install --no-install-recommends ${packages.join(' ')}`);
  if (availableParallelism() < 2) throw new Error('needed: two processors, one for the contender and one for the load');
}

/** V8 takes no code that another Node made, or other flags. */
async function precompile({ node, nodeFlags, before }: Options): Promise<void> {
  for (const repository of [REPOSITORY, ...(before === undefined ? [] : [before])]) {
    const program = join(repository, 'dist', 'boot', 'precompile.js');
    if (existsSync(program)) await run({ name: 'precompile', cpu: LOAD_CPU, argv: [node, ...nodeFlags, program] });
  }
}

/** The bench itself must not run on the contender's processor. */
async function pinToLoadProcessor(): Promise<void> {
  const argv = ['taskset', '-apc', String(LOAD_CPU), String(process.pid)];
  await run({ name: 'taskset', cpu: LOAD_CPU, argv });
}

/** No child outlives the bench, whichever way it ends. */
function leaveCleanly(dir: string): void {
  const leave = (code: number) => () => {
    killAll();
    rmSync(dir, { recursive: true, force: true });
    process.exit(code);
  };
  process.once('SIGINT', leave(130));
  process.once('SIGTERM', leave(143));
  process.on('exit', killAll);
}

function say(progress: string): void {
  process.stderr.write(`${progress}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
});
