/**
 * Runs the program once, sends it a request, stops it, and saves the code that V8 compiled meanwhile. This is the last
 * step of the build. It runs with the flags that the program runs with later: V8 rejects code that was compiled with
 * other flags.
 *
 * Two builds of the same program produce the same bytes. Three things would make them differ: the seeds of V8, which
 * are random unless `npm run precompile` fixes them; the baseline compiler, which marks functions while it works in a
 * thread of its own; and code that an earlier run saved. The flags are reset before V8 writes the code, because V8
 * stores a hash of the flags with it.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer as createHttpServer, get } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { cacheOf, loadProgram, saveCode } from './code-cache';

const PROGRAM = join(__dirname, '../bundle.js');
/** The defaults of the flags that this run sets, here or on its command line. */
const DEFAULT_FLAGS = ['--hash-seed=0', '--random-seed=0', '--sparkplug'];
const RETRY_MS = 20;
const LONGEST_MS = 20_000;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a target that responds 404 to every request, so that the code of the 404 page is compiled too. */
async function startTarget(): Promise<number> {
  const target = createHttpServer((_request, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here\n');
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  return portOf(target);
}

/** Replaces the environment: the variables of the build are not meant for the program. */
function configure(settings: Readonly<Record<string, string | number>>): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(settings)) process.env[name] = String(value);
}

function ask(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/', headers: { Accept: 'text/html' }, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

async function askUntilAnswered(port: number): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const status = await ask(port).catch((error: unknown) => {
      if (performance.now() - startedAt > LONGEST_MS) throw error;
      return undefined; // the program is not listening yet
    });
    if (status === 404) return;
    if (status !== undefined) throw new Error(`the program responded with ${status} instead of 404`);
    await setTimeout(RETRY_MS);
  }
}

async function main(): Promise<void> {
  const [port, adminPort, targetPort] = [await freePort(), await freePort(), await startTarget()];
  configure({ HOST: '127.0.0.1', PORT: port, TARGET_PORT: targetPort, ADMIN_PORT: adminPort, LOG_LEVEL: 'warn' });
  setFlagsFromString('--no-sparkplug');
  rmSync(cacheOf(PROGRAM), { force: true });
  const program = loadProgram(PROGRAM);
  process.once('exit', (code) => {
    if (code !== 0) return;
    for (const flag of DEFAULT_FLAGS) setFlagsFromString(flag);
    saveCode(PROGRAM, program);
  });
  const run = program.script.runInThisContext() as (...given: unknown[]) => void;
  run.call(module.exports, module.exports, require, module, PROGRAM, join(__dirname, '..'));
  await askUntilAnswered(port);
  process.kill(process.pid, 'SIGTERM');
}

main().catch((error: unknown) => {
  process.stderr.write(`precompile: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
