import { once } from 'node:events';
import { basename, join } from 'node:path';
import { PROGRAMS, program } from './paths';
import { type Child, type Command, end, run, start } from './processes';
import { type Stage } from './environment';

/** The processor of the contender, which has it to itself. */
export const CONTENDER_CPU = 0;
/** The processor of everything else: load, target, reader of the log, this script. */
export const LOAD_CPU = 1;

/** What a load got done. */
export interface Work {
  readonly units: number;
  readonly seconds: number;
}

/** One run of wrk. */
export interface Request {
  readonly path: string;
  readonly connections: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** Arguments of templates/load.lua. */
  readonly script?: readonly string[];
  /** What a unit of work is. */
  readonly units: (result: WrkResult) => number;
}

/** What templates/load.lua prints at the end. `statuses`: answers of 400 and more. */
interface WrkResult {
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  readonly statuses: number;
}

export async function wrk({ running, seconds, watch }: Stage, request: Request): Promise<Work> {
  const fields = Object.entries(request.fields ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const script = join(__dirname, 'templates', 'load.lua');
  const output = await run({
    name: 'wrk',
    cpu: LOAD_CPU,
    argv: watch([
      ...['wrk', '-t1', `-c${request.connections}`, `-d${seconds}s`, '-s', script, ...fields],
      ...[`http://127.0.0.1:${running.port}${request.path}`, '--', ...(request.script ?? [])],
    ]),
  });
  const result = JSON.parse(output.trim().split('\n').at(-1) ?? '') as WrkResult;
  if (result.requests === 0) throw new Error('not one answer in the whole run');
  // wrk counts the connections that were cut at its own end among the failures: a few are no news.
  if (result.failures > request.connections)
    throw new Error(`${result.failures} failures in ${result.requests} requests`);
  return { units: request.units(result), seconds: result.seconds };
}

/** Latencies in microseconds, counted from when a request was due. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly answered: number;
}

const FIXED_RATE = 5000;
const LEAD_IN_SECONDS = 1;

export async function fixedRate({ running, seconds, dir }: Stage): Promise<Latency> {
  const setting = {
    ...{ port: running.port, seconds, rate: FIXED_RATE, warmUpSeconds: LEAD_IN_SECONDS },
    ...{ connections: 64, path: '/small' },
  };
  return JSON.parse(await run(ownLoad(PROGRAMS.fixedRate, setting, dir))) as Latency;
}

export async function webSocketEchoes({ running, seconds, dir, watch }: Stage): Promise<Work> {
  const load = ownLoad(PROGRAMS.webSocketLoad, { port: running.port, seconds, connections: 64 }, dir);
  const output = await run({ ...load, argv: watch(load.argv) });
  return { units: (JSON.parse(output) as { echoes: number }).echoes, seconds };
}

function ownLoad(source: string, setting: object, dir: string): Command {
  const argv = [process.execPath, program(source, dir), JSON.stringify(setting)];
  return { name: basename(source), cpu: LOAD_CPU, argv };
}

/** Connections that are held open until `release`. */
export interface Held {
  readonly release: () => Promise<void>;
}

export interface Holding {
  readonly port: number;
  readonly connections: number;
  readonly path: string;
  readonly manner: 'idle' | 'stalled';
}

/** Resolves when all connections are there. */
export async function hold(holding: Holding, dir: string): Promise<Held> {
  const child = start({ ...ownLoad(PROGRAMS.heldConnections, holding, dir), stdio: ['pipe', 'pipe'] });
  await firstWord(child);
  return { release: () => end(child) };
}

async function firstWord(child: Child): Promise<void> {
  const gone = once(child.process, 'close').then(() =>
    Promise.reject(new Error(`${child.name}: ${child.complaint()}`)),
  );
  gone.catch(() => undefined); // it also closes when all is well, after the race
  if (child.process.stdout) await Promise.race([once(child.process.stdout, 'data'), gone]);
}
