import { readFileSync } from 'node:fs';
import { constants, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { withinOpenFiles } from './config/open-files';
import { explainListenError } from './app/explain-listen-error';
import { loadConfig } from './config/load';
import { formatProblems, type Problem } from './config/problem';
import { redactText } from './config/redact';
import { type Config } from './config/schema';
import { variableHelp } from './config/help';
import { maxOpenFiles } from './fs';
import { createLog, type Log } from './log/log';
import { loadPage } from './pages/load';
import { type MemoryPlan, describeMemory, planMemory } from './memory/memory-plan';
import { type Host } from './app/observability';
import { observeProcessMemory } from './memory/process-memory';
import { type Service, createSidecar } from './app/sidecar';

/** The codes are those of sysexits.h, but 1: nothing there says that a port is busy. */
const EXIT = { ok: 0, cannotListen: 1, usage: 64, unexpected: 70, config: 78 } as const;

/** How long leaving waits for a reader of the log; one that has not read by then has stalled. */
const LOG_FLUSH_MS = 1000;

const USAGE = `An ambassador for an HTTP/1.x service: it listens on PORT, tunnels every connection to TARGET_PORT, and
answers with a page of yours where the service says 404.

Usage: node dist/main.js             run; stop it with SIGTERM or Ctrl-C, leave at once with a second one
       node dist/main.js --check     say all that is wrong with the configuration, and exit (0: nothing, 78)
       node dist/main.js inject      put the sidecar into Kubernetes manifests: stdin to stdout (inject --help)
       node dist/main.js --version
       node dist/main.js --help

It is configured by these variables of the environment.
`;

const WORKER = 'worker';

/**
 * What small buffers are cut from, bytes. Node's own 64 KiB outlive two collections of a young generation that is as small as
 * ours, and are then kept until the whole heap is collected: 20 MiB of them under a stream of 404s.
 */
Buffer.poolSize = 8 * 1024;

type Command = (args: readonly string[]) => number | Promise<number>;

/** A command that takes no arguments. */
const alone =
  (run: () => Promise<number>): Command =>
  ([unexpected]) =>
    unexpected === undefined ? run() : refuseArgument(unexpected);

/** What the first argument can ask for. Without one, the ambassador runs. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['--check', alone(check)],
  ['--version', alone(printVersion)],
  ['--help', alone(printHelp)],
  ['inject', filterManifests],
  // Not for people: how the first of several processes starts the others. It is what `ps` shows of them.
  [WORKER, alone(work)],
]);

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) return serve();
  const command = COMMANDS.get(name);
  return command === undefined ? refuseArgument(name) : command(rest);
}

/** Resolves when the text is out, so that exiting cannot cut it short; also when nobody reads it. */
function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write(text, () => resolve());
  });
}

async function refuseArgument(argument: string): Promise<number> {
  await print(process.stderr, `ambassador: unknown argument ${JSON.stringify(redactText(argument))}; see --help\n`);
  return EXIT.usage;
}

async function printHelp(): Promise<number> {
  await print(process.stdout, `${USAGE}\n${variableHelp()}`);
  return EXIT.ok;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  return version;
}

async function printVersion(): Promise<number> {
  await print(process.stdout, `${version()}\n`);
  return EXIT.ok;
}

/** A text filter from standard input to standard output; it is loaded only when it is asked for. */
async function filterManifests(args: readonly string[]): Promise<number> {
  const { runInject } = await import('./inject/main.js');
  const pieces: Buffer[] = [];
  // The YAML library looks up a variable at each token, and Node asks the system for it each time: a tenth of the run.
  process.env = {};
  if (!args.includes('--help')) for await (const piece of process.stdin) pieces.push(piece as Buffer);
  const { exitCode, stdout, stderr } = runInject(args, Buffer.concat(pieces));
  await Promise.all([print(process.stdout, stdout), print(process.stderr, stderr)]);
  return exitCode;
}

type Prepared = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** All that can be known before a port is opened, so that `--check` and a start say the same. */
async function prepare(): Promise<Prepared> {
  const ownAddresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  const loaded = loadConfig(process.env, ownAddresses);
  const problems = loaded.ok ? [] : [...loaded.problems];
  const { notFoundPage } = loaded.ok ? loaded.config : loaded.known;
  const page = notFoundPage === undefined ? undefined : await loadPage(notFoundPage);
  if (notFoundPage !== undefined && page?.ok === false)
    problems.push({ variable: 'NOT_FOUND_PAGE', value: notFoundPage, isDefault: false, advice: page.problem });
  return loaded.ok && problems.length === 0 ? { config: loaded.config } : { problems };
}

async function refuseConfig(problems: readonly Problem[]): Promise<number> {
  await print(process.stderr, `${formatProblems(problems)}\nNothing was started. --help says what each variable is.\n`);
  return EXIT.config;
}

async function check(): Promise<number> {
  const prepared = await prepare();
  if ('problems' in prepared) return refuseConfig(prepared.problems);
  const memory = describeMemory(memoryPlan(prepared.config));
  await print(process.stdout, `The configuration is fine.\n${memory}\n`);
  return EXIT.ok;
}

/** The whole life of the process: read, listen, wait to be told to leave, drain, leave. */
async function serve(): Promise<number> {
  const prepared = await prepare();
  if ('problems' in prepared) return refuseConfig(prepared.problems);
  const config = withinOpenFiles(prepared.config, maxOpenFiles());
  const log = openLog(config);
  leaveOnUnexpected(log);
  const signal = firstSignal(log);
  const service = await createService(config, log);
  try {
    const addresses = await service.start();
    const target = `${config.targetHost}:${config.targetPort}`;
    const workers = config.workers === 1 ? {} : { workers: config.workers };
    log.logger.info({ addresses, target, ...workers, version: version(), node: process.version }, 'listening');
    warnOfFewerConnections(prepared.config, config, log);
  } catch (error) {
    const sentence = explainListenError(error, config);
    if (sentence === undefined) throw error;
    await lastWords(log, sentence, error);
    return EXIT.cannotListen;
  }
  log.logger.info({ signal: await signal, drainTimeoutMs: config.drainTimeoutMs }, 'draining');
  const cutOff = await service.drain(config.drainTimeoutMs);
  log.logger.info({ cutOff }, 'stopped');
  await log.close(LOG_FLUSH_MS);
  return EXIT.ok;
}

function warnOfFewerConnections(asked: Config, { maxConnections }: Config, { logger }: Log): void {
  if (maxConnections === asked.maxConnections) return;
  const about = { maxConnections, asked: asked.maxConnections, maxOpenFiles: maxOpenFiles() };
  logger.warn(about, 'MAX_CONNECTIONS lowered: the limit of open files allows no more');
}

const openLog = (config: Config, worker?: number): Log =>
  createLog({
    level: config.logLevel,
    format: config.logFormat,
    stdout: process.stdout,
    stderr: process.stderr,
    ...(worker === undefined ? {} : { worker }),
  });

const memoryPlan = (config: Config): MemoryPlan => planMemory(config, process.constrainedMemory());

const host = (config: Config): Host => ({
  version: version(),
  memory: memoryPlan(config),
  processMemory: observeProcessMemory(memoryPlan(config), () => process.memoryUsage.rss()),
  process,
  hasColours: process.stdout.isTTY,
});

/** One process that does everything or, where that was asked for, the first of several: what those take is loaded then only. */
async function createService(config: Config, log: Log): Promise<Service> {
  if (config.workers === 1) return createSidecar(config, log, host(config));
  const { createPrimary } = await import('./workers/primary.js');
  return createPrimary(config, log, host(config), [WORKER]);
}

/**
 * The whole life of a worker. Its primary has checked the configuration, and tells it when to leave. Signals are not for it:
 * those of a terminal reach every process there is, and would cut short what the primary has begun.
 */
async function work(): Promise<number> {
  const { asWorker } = await import('./workers/worker-process.js');
  const worker = asWorker();
  const loaded = loadConfig(process.env);
  if (worker === undefined || !loaded.ok) return refuseArgument(WORKER);
  process.on('SIGTERM', () => undefined);
  process.on('SIGINT', () => undefined);
  const config = withinOpenFiles(loaded.config, maxOpenFiles());
  const log = openLog(config, worker.id);
  leaveOnUnexpected(log);
  try {
    await worker.serve(createSidecar(config, log, host(config)));
  } catch (error) {
    if (explainListenError(error, config) === undefined) throw error;
    return EXIT.cannotListen;
  }
  await log.close(LOG_FLUSH_MS);
  return EXIT.ok;
}

/** Resolves with the first signal to leave. A second one, whichever it is, means: at once. */
function firstSignal(log: Log): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isLeaving = false;
    const receive = (signal: NodeJS.Signals): void => {
      if (isLeaving) leaveAtOnce(log, signal);
      isLeaving = true;
      resolve(signal);
    };
    process.on('SIGTERM', receive);
    process.on('SIGINT', receive);
  });
}

/** With the code that a shell gives a process ended by this signal, so that it can be told from a drained one. */
function leaveAtOnce(log: Log, signal: NodeJS.Signals): void {
  log.logger.warn({ signal }, 'a second signal: leaving at once');
  void log.close(LOG_FLUSH_MS / 10).then(() => process.exit(128 + constants.signals[signal]));
}

/**
 * After an exception that nobody expected, no part of the state can be relied on, and a tunnel that mixed up two
 * answers would be worse than none: say what happened and leave; a pod starts its container again.
 */
function leaveOnUnexpected(log: Log): void {
  process.on('uncaughtException', (error) => {
    void lastWords(log, 'An error that should not be possible; leaving, so as to be started again.', error).then(() =>
      process.exit(EXIT.unexpected),
    );
  });
}

/** To the log, and also to whom a log level or a log reader keeps from it. */
async function lastWords(log: Log, sentence: string, error: unknown): Promise<void> {
  log.logger.fatal(error, sentence);
  await Promise.all([log.close(LOG_FLUSH_MS), print(process.stderr, `ambassador: ${sentence}\n`)]);
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
