/**
 * Sends odd and malformed requests through the sidecar to servers of other makers, and compares what each understood with
 * what was forwarded: the number of requests, their methods, and their content, byte for byte. A target that refuses what
 * was forwarded is stricter, which is fine; one that understood anything else is a disagreement, and a fault of ours.
 *
 *   npm run differential -- [--install] [--only nginx,haproxy] [--cases chunks] [--cut whole|halves|bytes]
 *     [--direct] [--stricter]
 *
 * `--direct` leaves the sidecar out: what is then counted as disagreement is what the sidecar protects from.
 * `--stricter` lists what the targets refused of what was forwarded.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { shown } from './differential/case';
import { ALL_CASES } from './differential/cases';
import { startRecorder } from './differential/recorder';
import { runTarget, type Cutting, type TargetResult, type Work } from './differential/run-target';
import { scratchFolder } from './servers/documents';
import { installPackages } from './servers/install';
import { exitOnSignals, type Maker } from './servers/launch';
import { echoMakers } from './servers/makers';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const LANES = 4;
const TARGETS_AT_ONCE = 2;
/** One case with its answer is enough to find the fault; the rest is counted. */
const SHOWN_DISAGREEMENTS = 30;

function report(
  { target, counts, disagreements, stricter }: TargetResult,
  seconds: number,
  listsStricter: boolean,
): void {
  const parts = Object.entries(counts).map(([verdict, count]) => `${verdict} ${count}`);
  say(`${target.padEnd(22)} ${parts.join(', ')}; ${seconds.toFixed(0)} s`);
  for (const { name, text, why } of disagreements.slice(0, SHOWN_DISAGREEMENTS)) {
    say(`    ${name}: ${why}\n        ${shown(text).slice(0, 400)}`);
  }
  if (listsStricter) for (const { name, why } of stricter) say(`    stricter on ${name}: ${why.slice(0, 200)}`);
}

async function runAll(makers: readonly Maker[], work: Work, listsStricter: boolean): Promise<readonly TargetResult[]> {
  const scratch = scratchFolder('differential');
  const recorder = await startRecorder();
  const results: TargetResult[] = [];
  const left = [...makers];
  const next = async (): Promise<void> => {
    for (let maker = left.shift(); maker !== undefined; maker = left.shift()) {
      const startedAt = performance.now();
      const result = await runTarget(maker, recorder.port, scratch, work);
      results.push(result);
      report(result, (performance.now() - startedAt) / 1000, listsStricter);
    }
  };
  try {
    await Promise.all(Array.from({ length: TARGETS_AT_ONCE }, next));
  } finally {
    await recorder.stop();
    rmSync(scratch, { recursive: true });
  }
  return results;
}

const OPTIONS = {
  install: { type: 'boolean', default: false },
  only: { type: 'string' },
  cases: { type: 'string', default: '' },
  cut: { type: 'string', default: 'whole' },
  direct: { type: 'boolean', default: false },
  stricter: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({ options: OPTIONS });
  if (values.install) installPackages(say);
  const names = values.only?.split(',');
  const makers = echoMakers.filter(({ name }) => names?.some((part) => name.includes(part)) ?? true);
  const present = makers.filter((maker) => maker.version() !== undefined);
  for (const { name } of makers.filter((maker) => !present.includes(maker))) say(`${name} is missing: skipped`);
  const cases = ALL_CASES.filter(({ name }) => name.includes(values.cases));
  const work = { cases, cutting: values.cut as Cutting, lanes: LANES, isDirect: values.direct };
  const results = await runAll(present, work, values.stricter);
  const failed = results.reduce((sum, { counts }) => sum + counts.disagreement, 0);
  say(`${cases.length} cases × ${results.length} targets: ${failed} disagreements`);
  if (failed > 0) process.exitCode = 1;
}

void main();
