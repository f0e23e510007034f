/**
 * Runs for as long as it is told and looks for inputs at which the sidecar breaks what it promises: valid exchanges cut
 * anywhere, damaged requests, damaged responses.
 *
 *   npm run fuzz -- --seconds 60 --seed 1 [--failures folder]
 *   npm run fuzz -- --replay folder/requests-1.json
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { fuzz, withProperty, type FuzzResult } from './fuzz/run';
import { exitOnSignals } from './servers/launch';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const OPTIONS = {
  seconds: { type: 'string', default: '60' },
  seed: { type: 'string', default: String(Date.now() % 0x7fffffff) },
  failures: { type: 'string', default: join(tmpdir(), 'ambassador-fuzz-failures') },
  replay: { type: 'string' },
} as const;

function report(result: FuzzResult, seconds: number): void {
  const verdict = result.failures.length === 0 ? 'held' : `${result.failures.length} FAILURES`;
  const sockets = `sockets ${result.socketsBefore} before, ${result.socketsAfter} after`;
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
  const seconds = Number(values.seconds);
  say(`seed ${values.seed}`);
  const results = await fuzz({ seconds, seed: Number(values.seed), failures: values.failures, say });
  for (const result of results) report(result, seconds);
  if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

void main();
