import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';
import { readAnswer } from './support/answer';
import { closeAfterEach } from './support/close-after-each';
import { eventually } from './support/eventually';
import { dial } from './support/wire';

/** Each test has some 140 exchanges, one after another. */
jest.setTimeout(60_000);

const ROOT = join(__dirname, '..');
const PROGRAM = join(__dirname, 'support/hostile-subscribers.cjs');

const opened = closeAfterEach();

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** The subscribers whose failure must be reported, and the others; of these the report of `deep` ones may fail. */
  readonly reported: readonly string[];
  readonly silent: readonly string[];
  readonly deep: readonly string[];
  /** The names on standard error so far, each once. */
  readonly named: () => readonly string[];
}

/** A target that says what it was sent, so that a change of the request content is seen. */
async function startTarget(): Promise<number> {
  const target = createServer((request, response) => {
    void text(request).then((content) => response.writeHead(404, { 'Content-Length': content.length }).end(content));
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  opened({ close: () => target.close().closeAllConnections() });
  return (target.address() as AddressInfo).port;
}

async function start(mode: string, stderr: 'pipe' | number = 'pipe'): Promise<Started> {
  const argv = [PROGRAM, ROOT, String(await startTarget()), mode];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', stderr] });
  const exited = once(child, 'exit');
  opened({
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  if (child.stdout === null) throw new Error('its output is a pipe');
  const first = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([first, exited.then(() => Promise.reject(new Error(errors)))]);
  const names = JSON.parse(line) as Pick<Started, 'port' | 'reported' | 'silent' | 'deep'>;
  return { ...names, child, named: () => namesIn(errors).filter((name) => !names.deep.includes(name)) };
}

/** The subscribers that whole lines name, each once. Node adds a line of its own where a promise meets the end of the stack. */
function namesIn(lines: string): readonly string[] {
  const whole = lines
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'));
  return [...new Set(whole.map((line) => (JSON.parse(line) as { subscriber: string }).subscriber))].sort();
}

/** One exchange, on a connection of its own. */
async function exchange({ port }: Started, name: string): Promise<string> {
  const client = await dial(port);
  await client.send(Buffer.from(`POST /${name} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n`), Buffer.from('gone'));
  const bytes = await client.takeSome((received) => readAnswer(received)?.length, `an answer to ${name}`);
  await client.dispose();
  const answer = readAnswer(bytes);
  return `${answer?.status} ${String(answer?.content)}`;
}

/** Every exchange is answered by the target, and the process is there afterwards. */
async function expectAnswers(started: Started, names: readonly string[]): Promise<void> {
  const answers: (readonly [string, string])[] = [];
  for (const name of names) answers.push([name, await exchange(started, name)]);
  expect(answers).toEqual(names.map((name) => [name, '404 gone']));
  expect([started.child.exitCode, started.child.signalCode]).toEqual([null, null]);
}

describe('subscribers that do harm', () => {
  test.each([
    ['without onError', 'none'],
    ['with an onError that throws', 'throws'],
    ['with an onError that is rejected', 'rejects'],
    ['with an onError that is a proxy', 'isAProxy'],
  ])('change no answer, are reported by name and never end the process, %s', async (_, mode) => {
    const started = await start(mode);
    const { child, reported, silent, named } = started;
    await expectAnswers(started, [...reported, ...silent, 'sound']);
    const mustBeNamed = [...reported, ...(mode === 'none' ? [] : ['onError'])].sort();
    // The last failures come a moment after the answers.
    expect(await eventually(named, (names) => names.length >= mustBeNamed.length)).toEqual(mustBeNamed);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });

  test('do not end the process where the report cannot be written either', async () => {
    const full = openSync('/dev/full', 'w');
    opened({ close: () => closeSync(full) });
    const started = await start('none', full);
    await expectAnswers(started, [...started.reported, ...started.silent, 'sound']);
  });
});
