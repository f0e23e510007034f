import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually';
import { freePort } from './free-port';

const MAIN = join(__dirname, '../../dist/main.js');

/** Runs in the sidecar before its own code: answers every message with the heap in use once all garbage is gone. */
const HEAP_PROBE = `data:text/javascript,${encodeURIComponent(`
  process.on('message', () => { gc(); gc(); process.send(process.memoryUsage().heapUsed); });
  process.channel.unref();
`)}`;

/** The sidecar as it runs in a pod: a process of its own, configured by environment alone. */
export interface SidecarProcess {
  readonly port: number;
  readonly pid: number;
  /** What it has written on stdout so far, a log record a line. */
  readonly lines: readonly string[];
  readonly isAlive: boolean;
  /** Open files of any kind, and of them sockets. */
  descriptors(): { readonly all: number; readonly sockets: number };
  /** Bytes of heap in use after a full collection. */
  heapBytes(): Promise<number>;
  residentBytes(): number;
  /** The most memory that has been resident at any time. */
  peakResidentBytes(): number;
  close(): Promise<void>;
}

export interface SpawnOptions {
  /** The most files that the process may have open; the shell's own limit by default. */
  readonly maxOpenFiles?: number;
}

/** Known without connecting, for a connection would be one that a test did not make. */
function isListenedOn(port: number): boolean {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A `;
  return readFileSync('/proc/net/tcp', 'latin1').includes(address);
}

const processStatus = (pid: number, name: string): number => {
  const kibibytes = new RegExp(`^${name}:\\s+([0-9]+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kibibytes?.[1]) * 1024;
};

const openFiles = (pid: number): { all: number; sockets: number } => {
  const kinds = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return 'closed'; // between the listing and the look
    }
  });
  const open = kinds.filter((kind) => kind !== 'closed');
  return { all: open.length, sockets: open.filter((kind) => kind.startsWith('socket:')).length };
};

function start({ maxOpenFiles }: SpawnOptions, env: NodeJS.ProcessEnv): ChildProcess {
  const node = [process.execPath, '--expose-gc', '--import', HEAP_PROBE, MAIN];
  const limited = maxOpenFiles === undefined ? node : ['prlimit', `--nofile=${maxOpenFiles}`, ...node];
  const [command = '', ...args] = limited;
  return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  child.kill('SIGTERM'); // the second one means now
  await exited;
}

/** Starts the built sidecar with these variables besides PORT, and resolves when it listens. */
export async function spawnSidecar(
  settings: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<SidecarProcess> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
  const port = await freePort();
  const child = start(options, {
    PATH: process.env['PATH'],
    PORT: String(port),
    HOST: '127.0.0.1',
    ADMIN_PORT: 'off',
    LOG_LEVEL: 'warn',
    ...settings,
  });
  const lines: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  await eventually(() => !isAlive() || isListenedOn(port), Boolean);
  if (!isAlive()) throw new Error(`the sidecar has left: ${lines.join('\n')}`);
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    lines,
    get isAlive() {
      return isAlive();
    },
    descriptors: () => openFiles(pid),
    async heapBytes() {
      child.send('heap');
      const [bytes] = (await once(child, 'message')) as [number];
      return bytes;
    },
    residentBytes: () => processStatus(pid, 'VmRSS'),
    peakResidentBytes: () => processStatus(pid, 'VmHWM'),
    close: () => stop(child),
  };
}
