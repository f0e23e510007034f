import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY } from './paths';

/** What the command line asks for. */
export interface Options {
  readonly isQuick: boolean;
  /** Empty: all, or those of `--quick`. */
  readonly workloads: readonly string[];
  readonly contenders: readonly string[];
  readonly rounds: number;
  /** Of one contender in one round. */
  readonly seconds: number;
  /** The Node that runs ours, the bare tunnel and http-proxy. */
  readonly node: string;
  readonly nodeFlags: readonly string[];
  /** A second checkout, built, to compare with. */
  readonly before: string | undefined;
  /** A node_modules folder that may hold http-proxy. */
  readonly modules: string;
  readonly isWriting: boolean;
  readonly isProfiling: boolean;
  /** Compare instructions instead of time: a busy machine does not change them. */
  readonly isCounting: boolean;
}

export const USAGE = `npm run bench -- [options]

Measures processor time per request, memory and latency of the ambassador beside other proxies, and prints tables.

  --quick             about a minute: three workloads, few rounds
  --workload NAME     only this workload (repeatable)
  --contender NAME    only this contender (repeatable)
  --rounds N          rounds of every workload
  --seconds N         of load on one contender in one round
  --before DIR        a second checkout, built, as contender "before" (also --ours DIR)
  --node PATH         another Node for ours, before, the bare tunnel and http-proxy
  --node-flag FLAG    a flag for that Node in place of those of npm start (repeatable)
  --modules DIR       a node_modules folder with http-proxy in it
  --write             write docs/benchmarks.md (a full run does so anyway)
  --instructions      compare processor instructions in place of time, for a machine that is busy (needs perf)
  --profile           no tables: the functions that take the processor's time, of one contender under one workload
  --help              this text
`;

const NONE: string[] = [];

const SCHEMA = {
  quick: { type: 'boolean', default: false },
  workload: { type: 'string', multiple: true, default: NONE },
  contender: { type: 'string', multiple: true, default: NONE },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  before: { type: 'string' },
  ours: { type: 'string' },
  node: { type: 'string' },
  'node-flag': { type: 'string', multiple: true, default: NONE },
  modules: { type: 'string' },
  write: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  instructions: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** undefined: the usage was asked for. Throws a sentence for what makes no sense. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({ args, options: SCHEMA });
  if (values.help) return undefined;
  const before = values.before ?? values.ours;
  const isNarrowed = values.workload.length + values.contender.length > 0;
  return {
    isQuick: values.quick,
    workloads: values.workload,
    contenders: values.contender,
    rounds: count('rounds', values.rounds, values.quick ? 3 : 5),
    seconds: count('seconds', values.seconds, values.quick ? 1 : 2),
    node: values.node === undefined ? process.execPath : resolve(values.node),
    nodeFlags: orStartFlags(values['node-flag']),
    before: before === undefined ? undefined : resolve(before),
    modules: resolve(values.modules ?? join('node_modules')),
    isWriting: values.write || !(values.quick || isNarrowed || values.profile || values.instructions),
    isProfiling: values.profile,
    isCounting: values.instructions,
  };
}

/** Without any given, what stands between `node` and the file in the package's own start script, as in the image. */
function orStartFlags(given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').slice(1, -1);
}

function count(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new Error(`--${name} ${text}: a whole number from 1 to 999, please`);
  return Number(text);
}
