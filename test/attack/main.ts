import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ControlGroup, createControlGroup, inMib } from './control-group';
import { type Honest, askHonestly } from './honest-client';
import { ALL_KINDS, type Kind } from './kinds';

/*
 * Attacks the built ambassador in a real control group, one kind of memory-consuming connection after another, while an honest
 * client goes on asking. Fails where the process is killed, the honest client waits too long, or memory does not return.
 */

const USAGE = `npm run attack -- [options]      (needs root)

  --connections N   of each kind (10000)
  --rate N          connections opened a second (250); faster, the clients need the processor that the ambassador needs
  --limit MIB       memory limit of the control group (96)
  --kind NAME       only this kind (repeatable): ${ALL_KINDS.join(', ')}
  --node PATH       the Node that runs the ambassador
`;

const REPOSITORY = join(__dirname, '../..');
const PORT = 30980;
const TARGET_PORT = 30981;
const HOLD_MS = 3000;
const SETTLE_MS = 12_000;
const MAX_HONEST_MS = 1000;
const MAX_LEFT_MIB = 15;
const MIB = 1024 * 1024;

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '250' },
    limit: { type: 'string', default: '96' },
    kind: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', default: process.execPath },
    help: { type: 'boolean', default: false },
  },
});

interface Result {
  readonly kind: Kind;
  readonly wasKilled: boolean;
  readonly idleMib: number;
  readonly peakMib: number;
  readonly leftMib: number;
  readonly honest: readonly Honest[];
}

const startFlags = (): string[] => {
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return scripts.start.split(' ').slice(1, -1);
};

/** The variables by which the image tells glibc to return memory. */
const allocatorSettings = (): Record<string, string> =>
  Object.fromEntries(
    Array.from(
      readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8').matchAll(/\b(MALLOC_\w+)=(\d+)/g),
      ([, name = '', value = '']) => [name, value],
    ),
  );

function startAmbassador(group: ControlGroup): ChildProcess {
  const command = [values.node, ...startFlags(), join(REPOSITORY, 'dist/main.js')].join(' ');
  return spawn('/bin/sh', ['-c', `${group.join} && ulimit -n $(ulimit -Hn) && exec ${command}`], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(PORT),
      TARGET_PORT: String(TARGET_PORT),
      HOST: '127.0.0.1',
      ADMIN_PORT: 'off',
      LOG_LEVEL: 'warn',
      // A client that left is noticed by the first timeout if it is not read, by the second if its FIN was read.
      PROGRESS_TIMEOUT: '5s',
      HALF_CLOSE_TIMEOUT: '5s',
      ...allocatorSettings(),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilServed(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await askHonestly(PORT)).ok) return;
    await sleep(50);
  }
  throw new Error('the ambassador does not serve');
}

async function attack(kind: Kind, group: ControlGroup, target: ChildProcess): Promise<Result> {
  const ambassador = startAmbassador(group);
  await untilServed();
  for (let i = 0; i < 50; i++) await askHonestly(PORT);
  const idleMib = inMib(group.usedBytes());
  let peakMib = idleMib;
  const watch = setInterval(() => (peakMib = Math.max(peakMib, inMib(group.usedBytes()))), 20);
  const attackers = fork(join(__dirname, 'attackers.ts'), [String(PORT), kind, values.connections, values.rate]);
  const over = new AbortController();
  void once(attackers, 'message').then(async () => {
    await sleep(HOLD_MS);
    over.abort();
  });
  const honest: Honest[] = [];
  while (!over.signal.aborted && ambassador.signalCode === null) {
    honest.push(await askHonestly(PORT));
    await sleep(20);
  }
  attackers.kill('SIGKILL');
  target.send('restart');
  await sleep(SETTLE_MS);
  clearInterval(watch);
  const leftMib = inMib(group.usedBytes());
  const wasKilled = ambassador.signalCode !== null || ambassador.exitCode !== null;
  if (!wasKilled) {
    ambassador.kill('SIGKILL');
    await once(ambassador, 'exit');
  }
  return { kind, wasKilled, idleMib, peakMib, leftMib, honest };
}

function report({ kind, wasKilled, idleMib, peakMib, leftMib, honest }: Result): boolean {
  const times = honest.flatMap((one) => (one.ok ? [one.ms] : [])).sort((one, other) => one - other);
  const problems = honest.flatMap((one) => (one.ok ? [] : [one.problem]));
  const slowest = times.at(-1) ?? Infinity;
  const isFine = !wasKilled && problems.length === 0 && slowest <= MAX_HONEST_MS && leftMib <= idleMib + MAX_LEFT_MIB;
  const median = times[times.length >> 1] ?? NaN;
  const others = Array.from(new Set(problems)).join(', ');
  console.log(
    `${isFine ? 'ok  ' : 'FAIL'} ${kind}: ${wasKilled ? 'KILLED; ' : ''}` +
      `memory ${idleMib.toFixed(1)} MiB idle, ${peakMib.toFixed(1)} at most, ${leftMib.toFixed(1)} afterwards; ` +
      `${times.length} honest requests, ${median.toFixed(1)} ms median, ${slowest.toFixed(0)} ms at most` +
      (problems.length === 0 ? '' : `; ${problems.length} failed: ${others}`),
  );
  return isFine;
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const target = fork(join(__dirname, 'target.ts'), [String(TARGET_PORT)]);
  await once(target, 'message');
  const group = createControlGroup(`ambassador-attack-${process.pid}`, Number(values.limit) * MIB);
  console.log(`${values.connections} connections of each kind, ${values.rate} a second, in ${values.limit} MiB`);
  const kinds = ALL_KINDS.filter((kind) => values.kind.length === 0 || values.kind.includes(kind));
  for (const kind of kinds) if (!report(await attack(kind, group, target))) process.exitCode = 1;
  target.kill('SIGKILL');
  group.remove();
}

void main();
