import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import * as exported from '../src/index';
import { readAnswer, valuesOf } from './support/answer';
import { closeAfterEach } from './support/close-after-each';
import { eventually } from './support/eventually';
import { freePort } from './support/free-port';
import { listenAsTarget } from './support/scripted-target';
import { type Wire, dial } from './support/wire';

const ROOT = join(__dirname, '..');
const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

const opened = closeAfterEach();

/** A program that has the package at hand, as one that has installed it. */
function run(program: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, ['-e', program], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  opened({
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  });
  return child;
}

const printed = async ({ stdout }: ChildProcess): Promise<unknown> =>
  JSON.parse(stdout === null ? '' : await text(stdout));

/** The first client of a program that says nothing when it is ready. */
async function firstClient(port: number): Promise<Wire> {
  const client = await eventually(
    () => dial(port).catch(() => undefined),
    (each) => each !== undefined,
  );
  if (client === undefined) throw new Error('nobody listens');
  opened({ close: () => client.dispose() });
  return client;
}

test('the package exports the ambassador, and besides it only types', () => {
  expect(Object.keys(exported)).toEqual(['Ambassador']);
});

describe('the compiled package', () => {
  test('is required by its name, with the same exports', async () => {
    const child = run(`console.log(JSON.stringify(Object.keys(require('ambassador')).sort()))`);
    await expect(printed(child)).resolves.toEqual(Object.keys(exported).sort());
  });

  test('is imported by its name, with the same exports', async () => {
    const child = run(`import('ambassador').then(({ Ambassador }) => console.log(JSON.stringify(Ambassador.name)))`);
    await expect(printed(child)).resolves.toBe('Ambassador');
  });

  test('has its types where package.json says that they are', () => {
    const { types } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { types: string };
    expect(readFileSync(join(ROOT, types), 'utf8')).toContain('Ambassador');
  });

  test('says on standard error, by its name, which subscriber has failed, and lives', async () => {
    const target = opened(await listenAsTarget());
    const port = await freePort();
    const child = run(`
      const { Ambassador } = require('ambassador');
      const clumsy = async () => { throw new Error('planted'); };
      new Ambassador({ port: ${port}, host: '127.0.0.1', target: ${target.port} }).tunnel({ clumsy });
    `);
    const client = await firstClient(port);
    await client.send(GET);
    const served = await target.next();
    await served.take(GET);
    await served.send(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'));
    await client.take(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'));
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    const line: unknown = JSON.parse(child.stderr === null ? '' : await text(child.stderr));
    expect(line).toMatchObject({ subscriber: 'clumsy', error: { message: 'planted' } });
  });
});

test('the example of the README does what it says', async () => {
  const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  // The tests keep to loopback.
  const program = example.replace('{ port: PORT,', "{ host: '127.0.0.1', port: PORT,");
  expect(program).not.toBe(example);
  const target = opened(await listenAsTarget());
  const port = await freePort();
  run(program, { port: String(port), target_port: String(target.port) });
  const client = await firstClient(port);
  await client.send(GET);
  const served = await target.next();
  await served.take(GET);
  await served.send(Buffer.from('HTTP/1.1 404 Not Found\r\nServer: target\r\nContent-Length: 4\r\n\r\ngone'));
  const bytes = await client.takeSome((received) => readAnswer(received)?.length, 'an answer');
  const answer = readAnswer(bytes);
  expect(bytes.toString()).toMatch(/^HTTP\/1\.1 404 File not found\r\nServer: Sitio 💥\r\n/);
  expect(answer?.content.toString()).toContain('Look Somewhere Else');
  expect(answer && valuesOf(answer, 'Connection')).toEqual([]);
});
