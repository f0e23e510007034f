import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isListening } from '../test/conformance/servers/launch';
import { processTree } from './accounting';

/** A command pinned to one processor. */
export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cpu: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input and output; a number is an open file. Default: closed. Standard error is always kept for the error message. */
  readonly stdio?: readonly ['ignore' | 'pipe', 'ignore' | 'pipe' | number];
}

/** A child of ours that runs, or has ended. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** The last line that it wrote to standard error. */
  readonly complaint: () => string;
}

const START_LIMIT_MS = 10_000;
const LEAVE_LIMIT_MS = 3000;
const COMPLAINT_CHARACTERS = 2000;

const running = new Set<Child>();

/** Starts a command under taskset(1), which becomes the command itself: the pid is the command's. */
export function start(command: Command): Child {
  const stdio: StdioOptions = [...(command.stdio ?? ['ignore', 'ignore']), 'pipe'];
  const [program, ...args] = pinned(command);
  const child = spawn(program, args, {
    stdio,
    env: { ...process.env, ...command.env },
  });
  if (child.pid === undefined) throw new Error(`${command.name}: taskset (util-linux) cannot be started`);
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
  });
  const started: Child = {
    name: command.name,
    pid: child.pid,
    process: child,
    complaint: () => complaint.trim().split('\n').at(-1) ?? '',
  };
  running.add(started);
  child.once('exit', () => running.delete(started));
  return started;
}

const pinned = ({ cpu, argv }: Command): [string, ...string[]] => ['taskset', '-c', String(cpu), ...argv];

function hasEnded(child: Child): boolean {
  return child.process.exitCode !== null || child.process.signalCode !== null;
}

/** Resolves when something answers on the port; rejects when the child ends first or takes ten seconds. */
export async function listening(child: Child, port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await isListening(port))) {
    if (hasEnded(child)) throw new Error(`${child.name} ended at its start: ${child.complaint()}`);
    if (performance.now() > deadline) throw new Error(`${child.name} does not listen on ${port}: ${child.complaint()}`);
    await sleep(1);
  }
}

/** Asks the child and its descendants to leave, and insists after three seconds. */
export async function end(child: Child): Promise<void> {
  if (hasEnded(child)) return;
  const left = once(child.process, 'exit');
  const tree = processTree(child.pid);
  child.process.kill('SIGTERM');
  const limit = new AbortController();
  const inTime = await Promise.race([
    left.then(() => true),
    sleep(LEAVE_LIMIT_MS, false, { signal: limit.signal }).catch(() => false),
  ]);
  limit.abort();
  // A master that had to be killed cannot take its workers along.
  if (!inTime) tree.forEach((pid) => kill(pid, 'SIGKILL'));
  await left;
}

export async function endAll(): Promise<void> {
  await Promise.all([...running].map(end));
}

/** For the way out that cannot wait. */
export function killAll(): void {
  for (const child of running) processTree(child.pid).forEach((pid) => kill(pid, 'SIGKILL'));
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Runs a command to its end and gives its standard output; rejects if it fails. */
export async function run(command: Command): Promise<string> {
  const child = start({ ...command, stdio: ['ignore', 'pipe'] });
  let output = '';
  child.process.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child.process, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.name} failed (${String(code)}): ${child.complaint()}`);
  return output;
}
