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

/** Exit codes as in sysexits.h, except for 1: sysexits.h has no code for a busy port. */
const EXIT = { ok: 0, cannotListen: 1, usage: 64, unexpected: 70, config: 78 } as const;

/** The time that the exit waits for a reader of the log. A reader that has not read by then has stalled. */
const LOG_FLUSH_MS = 1000;

const USAGE = `An ambassador for an HTTP/1.x service: it listens on PORT, tunnels every connection to TARGET_PORT, and
replaces the content of 404 responses with your page.

Usage: node dist/main.js             run; SIGTERM or Ctrl-C drains and stops, a second one exits at once
       node dist/main.js --check     report all problems of the configuration and exit (0: none, 78: some)
       node dist/main.js inject      add the sidecar to Kubernetes manifests: stdin to stdout (inject --help)
       node dist/main.js --version
       node dist/main.js --help

The ambassador is configured by these environment variables.
`;

const WORKER = 'worker';

/**
 * The size of the slabs for small buffers, in bytes. Node's default of 64 KiB survives two collections of our small
 * young generation and then stays until a full GC: 20 MiB of such slabs under a stream of 404s.
 */
Buffer.poolSize = 8 * 1024;

type Command = (args: readonly string[]) => number | Promise<number>;

/** A command that takes no arguments. */
const alone =
  (run: () => Promise<number>): Command =>
  ([unexpected]) =>
    unexpected === undefined ? run() : refuseArgument(unexpected);

/** The commands by first argument. Without an argument the ambassador runs. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['--check', alone(check)],
  ['--version', alone(printVersion)],
  ['--help', alone(printHelp)],
  ['inject', filterManifests],
  // Internal: the primary starts its workers with this command, which `ps` shows.
  [WORKER, alone(work)],
]);

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) return serve();
  const command = COMMANDS.get(name);
  return command === undefined ? refuseArgument(name) : command(rest);
}

/**
 * Resolves when the text has been written, so that an exit cannot truncate it; also if the reader has closed the pipe.
 */
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

/** Runs a filter from standard input to standard output. Its modules are loaded only for this command. */
async function filterManifests(args: readonly string[]): Promise<number> {
  const { runInject } = await import('./inject/main.js');
  const pieces: Buffer[] = [];
  // The YAML library reads an environment variable for each token, and each read is a system call in Node: 10 % of the
  // run time.
  process.env = {};
  if (!args.includes('--help')) for await (const piece of process.stdin) pieces.push(piece as Buffer);
  const { exitCode, stdout, stderr } = runInject(args, Buffer.concat(pieces));
  await Promise.all([print(process.stdout, stdout), print(process.stderr, stderr)]);
  return exitCode;
}

type Prepared = { readonly config: Config } | { readonly problems: readonly Problem[] };

/**
 * Checks everything that can be checked before a port is opened, so that `--check` and a start report the same
 * problems.
 */
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
  await print(process.stderr, `${formatProblems(problems)}\nNothing was started. --help describes each variable.\n`);
  return EXIT.config;
}

async function check(): Promise<number> {
  const prepared = await prepare();
  if ('problems' in prepared) return refuseConfig(prepared.problems);
  const memory = describeMemory(memoryPlan(prepared.config));
  await print(process.stdout, `The configuration is valid.\n${memory}\n`);
  return EXIT.ok;
}

/** Runs the process: reads the configuration, listens, waits for a signal, drains and exits. */
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
  logger.warn(about, 'MAX_CONNECTIONS lowered to fit the limit of open files');
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

/** Creates the service: one process, or the primary of several, whose modules are loaded only then. */
async function createService(config: Config, log: Log): Promise<Service> {
  if (config.workers === 1) return createSidecar(config, log, host(config));
  const { createPrimary } = await import('./workers/primary.js');
  return createPrimary(config, log, host(config), [WORKER]);
}

/**
 * Runs a worker. Its primary has checked the configuration and requests the drain. Signals are ignored: a terminal
 * sends them to every process, which would interrupt the drain that the primary has started.
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

/** Resolves with the first signal to stop. A second one, also of the other kind, exits at once. */
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

/**
 * Exits with the code that a shell reports for a process killed by this signal, which distinguishes it from a drained
 * one.
 */
function leaveAtOnce(log: Log, signal: NodeJS.Signals): void {
  log.logger.warn({ signal }, 'second signal, exiting at once');
  void log.close(LOG_FLUSH_MS / 10).then(() => process.exit(128 + constants.signals[signal]));
}

/**
 * Exits after an unexpected exception. The state is no longer reliable then, and a tunnel that confuses two responses
 * is worse than none. The pod restarts its container.
 */
function leaveOnUnexpected(log: Log): void {
  process.on('uncaughtException', (error) => {
    void lastWords(log, 'unexpected error, exiting', error).then(() => process.exit(EXIT.unexpected));
  });
}

/**
 * Writes an error to the log and to standard error, for the case that the log level or a slow log reader suppresses it.
 */
async function lastWords(log: Log, sentence: string, error: unknown): Promise<void> {
  log.logger.fatal(error, sentence);
  await Promise.all([log.close(LOG_FLUSH_MS), print(process.stderr, `ambassador: ${sentence}\n`)]);
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
