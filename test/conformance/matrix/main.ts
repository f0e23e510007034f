/**
 * Puts servers of other makers behind the sidecar and has clients of other makers compare: everything but the 404s must
 * be the same as without it, and the 404s must follow the rules of the override.
 *
 *   npm run matrix -- [--install] [--only nginx,koa] [--clients curl,socket]
 *
 * `--install` (as root, on Debian) installs the servers first and keeps their daemons from starting.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { chromiumClient } from './chromium-client';
import { type Client } from './client';
import { curlClient } from './curl-client';
import { nodeClients } from './node-client';
import { pythonClients } from './python-client';
import { rawClient } from './raw-client';
import { runServer, type ServerResult } from './run-server';
import { wgetClient } from './wget-client';
import { layDocuments, scratchFolder } from '../servers/documents';
import { installPackages } from '../servers/install';
import { exitOnSignals, type Maker } from '../servers/launch';
import { siteMakers } from '../servers/registry';
import { installFrameworks } from '../servers/node';

const ALL_CLIENTS: readonly Client[] = [
  rawClient,
  curlClient,
  wgetClient,
  ...pythonClients,
  ...nodeClients,
  chromiumClient,
];

/** Much of the time goes by in waiting. */
const SERVERS_AT_ONCE = 3;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Named {
  readonly name: string;
  version(): string | undefined;
}

/** Keeps what was asked for and is installed; names the rest. */
function available<T extends Named>(kind: string, all: readonly T[], wanted: string | undefined): readonly T[] {
  const names = wanted?.split(',');
  const chosen = all.filter(({ name }) => names?.some((part) => name.includes(part)) ?? true);
  return chosen.filter((one) => {
    const version = one.version();
    say(`${kind} ${one.name.padEnd(22)} ${version ?? 'missing: skipped'}`);
    return version !== undefined;
  });
}

async function runAll(makers: readonly Maker[], clients: readonly Client[]): Promise<readonly ServerResult[]> {
  const scratch = scratchFolder('matrix');
  const documents = layDocuments(scratch);
  const results: ServerResult[] = [];
  const left = [...makers];
  const next = async (): Promise<void> => {
    for (let maker = left.shift(); maker !== undefined; maker = left.shift()) {
      const startedAt = performance.now();
      const result = await runServer(maker, clients, scratch, documents);
      results.push(result);
      report(result, performance.now() - startedAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: SERVERS_AT_ONCE }, next));
  } finally {
    for (const client of clients) await client.stop();
    rmSync(scratch, { recursive: true });
  }
  return results;
}

function report(result: ServerResult, tookMs: number): void {
  const statuses = Object.entries(result.statuses).map(([status, count]) => `${status}×${count}`);
  const verdict = result.differences.length === 0 ? 'same' : `${result.differences.length} DIFFERENCES`;
  const seconds = (tookMs / 1000).toFixed(1);
  say(
    `${result.server.padEnd(22)} ${String(result.checks).padStart(4)} checks ${verdict}, ${seconds} s; ${statuses.join(' ')}`,
  );
  for (const difference of result.differences) say(`    ${difference}`);
  for (const difference of result.own) say(`    by itself: ${difference}`);
}

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({
    options: { install: { type: 'boolean' }, only: { type: 'string' }, clients: { type: 'string' } },
  });
  if (values.install === true) installPackages(say);
  installFrameworks();
  const makers = available('server', siteMakers, values.only);
  const clients = available('client', ALL_CLIENTS, values.clients);
  const results = await runAll(makers, clients);
  const checks = results.reduce((sum, { checks: count }) => sum + count, 0);
  const failed = results.reduce((sum, result) => sum + result.differences.length, 0);
  say(`${results.length} servers × ${clients.length} clients: ${checks} checks, ${failed} differences`);
  if (failed > 0) process.exitCode = 1;
}

void main();
