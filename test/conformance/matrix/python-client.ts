import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

import { versionFrom } from '../servers/launch';
import { type Check } from './check';
import { type Client } from './client';
import { seen, type FieldLine, type Seen } from './observation';

interface Answer {
  readonly error?: string;
  readonly seen?: readonly {
    readonly status: number;
    readonly reason: string;
    readonly fields: readonly FieldLine[];
    readonly content: string;
  }[];
}

/** One Python process that is started when it is first needed. */
class PythonProcess {
  #running: { readonly child: ChildProcessWithoutNullStreams; readonly lines: Interface } | undefined;
  #before: Promise<unknown> = Promise.resolve();

  /** One question at a time: the answers carry no name. */
  ask(question: object): Promise<Answer> {
    const answer = this.#before.then(() => this.#askNow(question));
    this.#before = answer.catch(() => undefined); // the one who asked hears of it
    return answer;
  }

  async #askNow(question: object): Promise<Answer> {
    this.#running ??= PythonProcess.#start();
    const { child, lines } = this.#running;
    const answer = once(lines, 'line') as Promise<[string]>;
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const [line] = await answer;
    return JSON.parse(line) as Answer;
  }

  async stop(): Promise<void> {
    if (this.#running === undefined) return;
    const { child } = this.#running;
    this.#running = undefined;
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  }

  static #start(): { child: ChildProcessWithoutNullStreams; lines: Interface } {
    const child = spawn('python3', [join(__dirname, 'client.py')]);
    child.stderr.pipe(process.stderr);
    return { child, lines: createInterface(child.stdout) };
  }
}

async function run(peer: PythonProcess, library: string, check: Check, port: number): Promise<readonly Seen[]> {
  const isChunked = check.body.is === 'chunked';
  const text = check.body.is === 'none' ? null : check.body.text;
  const { method, path, fields, times } = check;
  const answer = await peer.ask({ library, method, path, fields, times, isChunked, text, port });
  if (answer.error !== undefined) throw new Error(answer.error);
  return (answer.seen ?? []).map((one) => seen(one.status, one.reason, one.fields, Buffer.from(one.content, 'base64')));
}

function pythonClient(library: 'http.client' | 'urllib', can: (check: Check) => boolean): Client {
  const peer = new PythonProcess();
  return {
    name: `python ${library}`,
    version: () => versionFrom('python3', '--version'),
    can,
    run: (check, port) => run(peer, library, check, port),
    stop: () => peer.stop(),
  };
}

/** Neither waits for 100 (Continue), so that check is left to others. */
export const pythonClients: readonly Client[] = [
  pythonClient('http.client', (check) => !('Expect' in check.fields)),
  pythonClient('urllib', (check) => check.times === 1 && check.body.is !== 'chunked' && !('Expect' in check.fields)),
];
