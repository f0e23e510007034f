import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that answers on loopback until it is stopped. */
export interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** Where a server lives while it runs, and what it should be. */
export interface Place {
  /** A scratch folder of its own: configuration, logs, sockets. */
  readonly folder: string;
  /** The folder whose files static servers serve. */
  readonly documents: string;
  /**
   * `site` is the small site of the matrix. `echo` answers every request with what was understood of it;
   * servers that are proxies or have no applications pass it on to the recorder at `recorderPort`.
   */
  readonly role: { readonly is: 'site' } | { readonly is: 'echo'; readonly recorderPort: number };
}

/** One product that can be put behind the sidecar. */
export interface Maker {
  readonly name: string;
  /** The version that is installed, or undefined when the product is missing. */
  version(): string | undefined;
  start(place: Place): Promise<Running>;
  /** It parses the trailers of a request as another request: `REQUEST_TRAILERS=relay` is not for it. */
  readonly misreadsTrailers?: true;
}

/** The folder of the applications written in other languages. */
export const APPS = join(__dirname, 'apps');

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 3_000;
const POLL_MS = 20;

/** What is to end with this process, however it ends. */
const living = new Set<ChildProcess>();

/** Ends the process (with its group, if it leads one) when ours exits. */
export function endWithUs(child: ChildProcess): void {
  if (living.size === 0) process.once('exit', endAll);
  living.add(child);
  child.once('exit', () => {
    living.delete(child);
    if (living.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of living) {
    child.kill('SIGKILL');
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  }
}

/** Makes an interrupted script leave nothing behind: an exit handler does not run for a signal of its own. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}

/** A port that nobody listens on at this moment; for servers that cannot take port 0. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What a command prints (both streams), or undefined when it does not exist or fails. */
export function output(command: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1', command, ...args], { encoding: 'utf8', timeout: 20_000 });
  } catch {
    return undefined; // not installed: the caller names the server as skipped
  }
}

/** The first thing in the command's output that looks like a version. */
export function versionFrom(command: string, ...args: readonly string[]): string | undefined {
  return /\d+(?:\.\d+)+/.exec(output(command, ...args) ?? '')?.[0];
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a command of its own process group and waits until it listens on the port. */
export async function launch(place: Place, port: number, command: Command): Promise<Running> {
  const log = join(place.folder, 'output.log');
  const descriptor = openSync(log, 'a');
  const child = spawn(command.file, command.args, {
    cwd: place.folder,
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, PORT: String(port), ROLE: place.role.is, DOCUMENTS: place.documents, ...command.env },
  });
  closeSync(descriptor);
  child.on('error', () => undefined); // seen below: no pid
  endWithUs(child);
  try {
    await untilListening(port, child);
  } catch (cause) {
    await stopGroup(child);
    throw new Error(`${command.file} did not start: ${readFileSync(log, 'utf8').slice(-2000)}`, { cause });
  }
  return { port, stop: () => stopGroup(child) };
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + START_LIMIT_MS;
  while (Date.now() < giveUpAt) {
    if (child.pid === undefined || child.exitCode !== null) throw new Error(`exit code ${String(child.exitCode)}`);
    if (await isListening(port)) return;
    await delay(POLL_MS);
  }
  throw new Error(`port ${port} not open after ${START_LIMIT_MS} ms`);
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Ends the whole group: asks first, then insists. */
async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  signalGroup(child.pid, 'SIGTERM');
  const insist = setTimeout(signalGroup, STOP_LIMIT_MS, child.pid, 'SIGKILL');
  await gone;
  clearTimeout(insist);
  signalGroup(child.pid, 'SIGKILL'); // workers that outlived their master
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: no such group, or all gone already
  }
}
