import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Readable } from 'node:stream';

const MAIN = join(__dirname, '../../dist/main.js');

/** How a process ended, and all it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real process, `node dist/main.js`, with no variables but those given. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #said = { stdout: '', stderr: '' };
  readonly #listeners = new Set<() => void>();

  /** @param isRead whether anybody reads its standard output */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>, isRead = true) {
    // Its admin port would be the same for every test that runs at this time.
    this.child = spawn(process.execPath, [MAIN, ...args], { env: { ADMIN_PORT: 'off', ...env } });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('spawned without pipes');
    if (isRead) this.#read('stdout', stdout);
    this.#read('stderr', stderr);
    this.ended = once(this.child, isRead ? 'close' : 'exit').then(([code]) => ({
      code: code as number | null,
      ...this.#said,
    }));
  }

  /** What it has written to standard output so far. */
  get stdout(): string {
    return this.#said.stdout;
  }

  #read(name: 'stdout' | 'stderr', stream: Readable): void {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#said[name] += text;
      for (const check of this.#listeners) check();
    });
  }

  /** Resolves once it has said this; rejects if it ends without. */
  async says(name: 'stdout' | 'stderr', text: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!this.#said[name].includes(text)) return;
        this.#listeners.delete(check);
        resolve();
      };
      this.#listeners.add(check);
      check();
    });
    const ended = this.ended.then(({ code, stdout, stderr }) => {
      if (!(name === 'stdout' ? stdout : stderr).includes(text))
        throw new Error(`ended with ${String(code)} before it said ${text}:\n${stdout}${stderr}`);
    });
    await Promise.race([said, ended]);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** The objects of a log in JSON. */
export const logLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
