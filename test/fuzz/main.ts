/**
 * Tries inputs and looks for those at which the sidecar breaks what it promises: valid exchanges cut anywhere, damaged
 * requests, damaged responses. A seed and a number of cases name the same inputs on every machine.
 *
 *   npm run fuzz -- [--cases 2000] [--seed 1] [--failures folder]
 *   npm run fuzz -- --seconds 60 [--seed 1] [--failures folder]
 *   npm run fuzz -- --replay folder/requests-1.json
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { fuzz, withProperty, type Budget, type FuzzResult } from './run';
import { exitOnSignals } from '../conformance/servers/launch';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const OPTIONS = {
  cases: { type: 'string' },
  seconds: { type: 'string' },
  seed: { type: 'string', default: String(1 + (Date.now() % 0x7fffffff)) },
  failures: { type: 'string', default: join(tmpdir(), 'ambassador-fuzz-failures') },
  replay: { type: 'string' },
} as const;

/** Of each property; about a minute on two cores. */
const DEFAULT_CASES = 2000;

function readBudget({ cases, seconds }: { readonly cases?: string; readonly seconds?: string }): Budget {
  if (seconds === undefined) return { kind: 'cases', cases: readNumber('cases', cases ?? String(DEFAULT_CASES)) };
  if (cases !== undefined) throw new Error('give --cases or --seconds, not both');
  return { kind: 'seconds', seconds: readNumber('seconds', seconds) };
}

function readNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${option} takes a whole number from 1, not ${JSON.stringify(text)}`);
  return Number(text);
}

function report(result: FuzzResult): void {
  const verdict = result.failures.length === 0 ? 'held' : `${result.failures.length} FAILURES`;
  const sockets = `sockets ${result.socketsBefore} before, ${result.socketsAfter} after`;
  const seconds = (result.durationMs / 1000).toFixed(1);
  say(`${result.property}: ${verdict}; ${result.cases} cases in ${seconds} s; ${sockets}; ${result.memoryMiB} MiB`);
  for (const failure of result.failures) say(`    ${failure.slice(0, 600)}`);
}

async function replay(file: string): Promise<void> {
  const saved = JSON.parse(readFileSync(file, 'utf8')) as { property: string; input: unknown };
  const folder = mkdtempSync(join(tmpdir(), 'ambassador-replay-'));
  try {
    const failure = await withProperty(saved.property, folder, (property) => property.check(saved.input));
    say(failure ?? 'holds');
    if (failure !== undefined) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({ options: OPTIONS });
  if (values.replay !== undefined) {
    await replay(values.replay);
    return;
  }
  const budget = readBudget(values);
  const seed = readNumber('seed', values.seed);
  say(`seed ${seed}`);
  const results = await fuzz({ budget, seed, failures: values.failures, say });
  for (const result of results) report(result);
  if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
