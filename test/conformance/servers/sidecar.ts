import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { endWithUs, freePort, isListening } from './launch';

/** The real process, as it runs beside a service. */
export interface Sidecar {
  readonly port: number;
  readonly pid: number;
  /** What it has written so far, one entry per line. */
  lines(): readonly string[];
  /** How it ended when nobody asked it to, or undefined while it runs. */
  death(): string | undefined;
  /** How many sockets it has open. */
  socketCount(): number;
  /** Its resident memory in MiB. */
  residentMiB(): number;
  stop(): Promise<void>;
}

const MAIN = join(__dirname, '../../../dist/main.js');
const START_LIMIT_MS = 30_000;

/** Somebody else may take a free port before the process does. */
const PORT_TRIES = 5;

/** Starts `dist/main.js` in front of a target on loopback; `settings` are further variables of its environment. */
export async function startSidecar(
  targetPort: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Sidecar> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(targetPort, settings);
    } catch (error) {
      if (tries === PORT_TRIES || !String(error).includes('is busy')) throw error;
    }
  }
}

async function startOnce(targetPort: number, settings: Readonly<Record<string, string>>): Promise<Sidecar> {
  const main = process.env['AMBASSADOR_MAIN'] ?? MAIN;
  if (!existsSync(main)) throw new Error(`${main} is missing: npm run build makes it`);
  const port = await freePort();
  const own = { HOST: '127.0.0.1', PORT: String(port), TARGET_PORT: String(targetPort), ADMIN_PORT: 'off' };
  const env = { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', ...own, ...settings };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const lines = (): readonly string[] =>
    output
      .join('')
      .split('\n')
      .filter((line) => line !== '');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${main} could not be started`);
  endWithUs(child);
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const giveUpAt = Date.now() + START_LIMIT_MS;
  while (!(await isListening(port))) {
    if (isGone() || Date.now() > giveUpAt) throw new Error(`the sidecar did not start: ${lines().join('\n')}`);
    await delay(20);
  }
  return {
    port,
    pid,
    lines,
    death: () =>
      isGone() ? `exit ${child.exitCode ?? child.signalCode ?? ''}: ${lines().slice(-5).join('\n')}` : undefined,
    socketCount: () => socketsOf(pid),
    residentMiB: () => residentMiB(pid),
    async stop() {
      if (isGone()) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(join(folder, name)).startsWith('socket:');
    } catch {
      return false; // closed between the listing and the look
    }
  }).length;
}

function residentMiB(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return Math.round(Number(kilobytes) / 1024);
}
