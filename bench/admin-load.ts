/**
 * Measures what clients of the admin port do to its probes and to the tunnel: the latency of probes, and of small requests at
 * a fixed rate through the tunnel, while clients of one manner are there. Beside it stands the same load on another process
 * that listens on a port of its own: the difference is what the ambassador itself does for them.
 *
 *   npm run build && npx ts-node bench/admin-load.ts [--rounds 7] [--seconds 3] [--rate 1000]
 *     [--connections 3000] [--per-second 1000] [--manners idle,silent] [--main dist/main.js]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CONTENDER_CPU, LOAD_CPU, type Latency } from './load';
import { PROGRAMS, program, REPOSITORY } from './paths';
import { type Child, end, endAll, listening, run, start } from './processes';
import { startTargets } from './target';
import { freePort } from '../test/conformance/servers/launch';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '3000' },
    'per-second': { type: 'string', default: '1000' },
    manners: {
      type: 'string',
      default: 'idle,silent,slow-heads,many-small-pieces,probes,scrapes,unread-metrics,events,unread-events',
    },
    main: { type: 'string', default: join(REPOSITORY, 'dist/main.js') },
  },
});
const seconds = Number(options.seconds);
const LANES = 16;
const PROBE_EVERY_MS = 50;

/** Answers every head like a probe and closes: as little as a server can do. */
const STAND_IN = `require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => bytes.includes('\\r\\n\\r\\n') && socket.end('HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nalive\\n', () => socket.destroy()));
  socket.on('end', () => socket.destroy());
  setTimeout(() => socket.destroy(), 5000).unref();
}).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 1024 });`;

interface Probes {
  readonly asked: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Ports {
  readonly tunnel: number;
  readonly admin: number;
  readonly standIn: number;
}

const node = (dir: string, source: keyof typeof PROGRAMS, setting: object): readonly string[] => [
  process.execPath,
  program(PROGRAMS[source], dir),
  JSON.stringify(setting),
];

async function startAll(dir: string): Promise<Ports> {
  const targets = await startTargets(dir);
  const ports = { tunnel: await freePort(), admin: await freePort(), standIn: await freePort() };
  const file = join(dir, 'stand-in.js');
  writeFileSync(file, STAND_IN);
  const ambassador = start({
    name: 'ambassador',
    cpu: CONTENDER_CPU,
    argv: [process.execPath, ...startFlags(), options.main],
    env: {
      PORT: `${ports.tunnel}`,
      HOST: '127.0.0.1',
      TARGET_PORT: `${targets.nginx}`,
      ADMIN_PORT: `${ports.admin}`,
      LOG_LEVEL: 'warn',
    },
  });
  const standIn = start({ name: 'stand-in', cpu: LOAD_CPU, argv: [process.execPath, file, `${ports.standIn}`] });
  await Promise.all([listening(ambassador, ports.tunnel), listening(standIn, ports.standIn)]);
  return ports;
}

function startFlags(): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { scripts } = require('../package.json') as { readonly scripts: { readonly start: string } };
  return scripts.start.split(' ').slice(1, -1);
}

async function open(dir: string, manner: string, port: number): Promise<Child> {
  const setting = { port, manner, connections: Number(options.connections), perSecond: Number(options['per-second']) };
  const argv = node(dir, 'adminClients', setting);
  const child = start({ name: manner, cpu: LOAD_CPU, argv, stdio: ['pipe', 'pipe'] });
  // Until as many are there as there will be.
  await sleep(1000 * Math.min(4, 0.5 + setting.connections / setting.perSecond));
  return child;
}

async function leave(child: Child): Promise<string> {
  let said = '';
  child.process.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.process.stdin?.end();
  await once(child.process, 'close');
  await end(child);
  await sleep(500);
  return said;
}

interface Seen {
  readonly latency: Latency;
  readonly probes: Probes;
  readonly opened: string;
}

/** One manner on one port; without a manner, nothing but tunnel and probes. */
async function measure(dir: string, ports: Ports, manner?: string, port = ports.admin): Promise<Seen> {
  const clients = manner === undefined ? undefined : await open(dir, manner, port);
  const load = {
    port: ports.tunnel,
    rate: Number(options.rate),
    seconds,
    warmUpSeconds: 1,
    connections: LANES,
    path: '/small',
  };
  const [latency, probes] = await Promise.all([
    run({ name: 'fixed-rate', cpu: LOAD_CPU, argv: node(dir, 'fixedRate', load) }),
    run({
      name: 'probe',
      cpu: LOAD_CPU,
      argv: node(dir, 'probe', { port: ports.admin, everyMs: PROBE_EVERY_MS, seconds }),
    }),
  ]);
  const opened = clients === undefined ? '' : await leave(clients);
  return { latency: JSON.parse(latency) as Latency, probes: JSON.parse(probes) as Probes, opened };
}

/** The lower quartile: on a machine that has other work to do, noise only adds. */
const typical = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 4)] ?? NaN;

function row(name: string, all: readonly Seen[]): string {
  const of = (pick: (seen: Seen) => number): number => typical(all.map(pick));
  const sum = (pick: (seen: Seen) => number): number => all.reduce((total, seen) => total + pick(seen), 0);
  const longest = Math.max(...all.map(({ probes }) => probes.max));
  const cells = [
    name,
    `${of(({ latency }) => latency.p50)}`,
    `${of(({ latency }) => latency.p99)}`,
    `${Math.min(...all.map(({ latency }) => latency.p99))}`,
    `${sum(({ probes }) => probes.failed)} of ${sum(({ probes }) => probes.asked)}`,
    `${of(({ probes }) => probes.p50)} / ${of(({ probes }) => probes.p99)} / ${longest}`,
    all.at(-1)?.opened ?? '',
  ];
  return `| ${cells.join(' | ')} |\n`;
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'admin-load-'));
  try {
    const ports = await startAll(dir);
    await measure(dir, ports);
    process.stdout.write(
      '| clients | tunnel p50 µs | p99 | lowest p99 | probes failed | probe p50 / p99 / max ms | |\n',
    );
    process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
    for (const manner of options.manners.split(',')) {
      const none: Seen[] = [];
      const elsewhere: Seen[] = [];
      const admin: Seen[] = [];
      for (let round = 0; round < Number(options.rounds); round++) {
        none.push(await measure(dir, ports));
        elsewhere.push(await measure(dir, ports, manner, ports.standIn));
        admin.push(await measure(dir, ports, manner));
      }
      process.stdout.write(
        row(`${manner}: none`, none) + row(`${manner}: elsewhere`, elsewhere) + row(`${manner}: admin`, admin),
      );
    }
  } finally {
    await endAll();
    rmSync(dir, { recursive: true, force: true });
  }
}

void main();
