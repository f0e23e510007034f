/**
 * Sends odd and malformed requests through the ambassador to many servers, and compares what each understood with what was
 * forwarded and recorded: the number of requests, their methods, and their content, byte for byte. A target that refuses
 * what was forwarded is stricter, which is fine; one that understood anything else is a disagreement, and the
 * ambassador's fault.
 *
 *   npm run differential -- [--install] [--only nginx,haproxy] [--cases chunks,trailers] [--cut whole|halves|bytes]
 *     [--direct] [--remarks] [--list] [--report file.json]
 *
 * `--install` (as root, on Debian) installs the servers first. `--direct` leaves the ambassador out: its disagreements are
 * what the ambassador protects from. `--remarks` lists what the targets refused of what was forwarded, or parsed of what they
 * had left unread. `--list` names the servers and the cases, and sends nothing. `--report` writes every disagreement to a file.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { shown, type Case } from './case';
import { ALL_CASES } from './cases';
import { startRecorder } from './recorder';
import { runTarget, type Cutting, type Finding, type TargetResult, type Work } from './run-target';
import { scratchFolder } from '../servers/documents';
import { installPackages } from '../servers/install';
import { exitOnSignals, type Maker } from '../servers/launch';
import { echoMakers } from '../servers/registry';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const LANES = 4;
const TARGETS_AT_ONCE = 2;
/** Many times what a target needs on two cores that have nothing else to do. */
const TARGET_LIMIT_MS = 300_000;
const PROGRESS_MS = 15_000;
/** One case with its answer is enough to find the fault; the rest is counted. */
const SHOWN_DISAGREEMENTS = 30;

function report(result: TargetResult, version: string, seconds: number, listsRemarks: boolean): void {
  const counts = Object.entries(result.counts).map(([verdict, count]) => `${verdict} ${count}`);
  const leftOut = result.leftOut === 0 ? '' : `; ${result.leftOut} CASES LEFT OUT`;
  say(`${`${result.target} ${version}`.padEnd(30)} ${counts.join(', ')}; ${seconds.toFixed(0)} s${leftOut}`);
  for (const { name, pieces, why, kind = '' } of result.disagreements.slice(0, SHOWN_DISAGREEMENTS))
    say(`    ${kind}: ${shown(name)}: ${why}\n        ${pieces.map(shown).join(' … ').slice(0, 400)}`);
  if (listsRemarks) for (const { name, why } of result.remarks) say(`    ${shown(name)}: ${why.slice(0, 200)}`);
}

/** A server that does not start is a failure of its own, and no reason to leave out the others. */
async function runOrFail(maker: Maker, recorderPort: number, scratch: string, work: Work): Promise<TargetResult> {
  try {
    return await runTarget(maker, recorderPort, scratch, work);
  } catch (error) {
    say(`${maker.name}: ${String(error)}`);
    const counts = { refused: 0, same: 0, stricter: 0, leftover: 0, disagreement: 0 };
    const nothing = { disagreements: [], remarks: [], unreached: new Set<Case>() };
    return { target: maker.name, counts, ...nothing, leftOut: work.cases.length };
  }
}

/** Sends all cases to the first server, and those that reached it to the others. */
async function runAll(makers: readonly Maker[], work: Work, listsRemarks: boolean): Promise<readonly TargetResult[]> {
  const scratch = scratchFolder('differential');
  const recorder = await startRecorder();
  const results: TargetResult[] = [];
  const run = async (maker: Maker, cases: readonly Case[]): Promise<TargetResult> => {
    const startedAt = performance.now();
    const result = await runOrFail(maker, recorder.port, scratch, { ...work, cases });
    results.push(result);
    report(result, maker.version() ?? '', (performance.now() - startedAt) / 1000, listsRemarks);
    return result;
  };
  const [first, ...left] = makers;
  try {
    if (first === undefined) return results;
    const { unreached } = await run(first, work.cases);
    const reaching = work.isDirect ? work.cases : work.cases.filter((one) => !unreached.has(one));
    if (left.length > 0) say(`${reaching.length} cases reach a server; the other servers get these`);
    const next = async (): Promise<void> => {
      for (let maker = left.shift(); maker !== undefined; maker = left.shift()) await run(maker, reaching);
    };
    await Promise.all(Array.from({ length: TARGETS_AT_ONCE }, next));
  } finally {
    await recorder.stop();
    rmSync(scratch, { recursive: true });
  }
  return results;
}

/** Says from time to time how many cases have been sent. */
function showProgress(): { readonly onCase: () => void; readonly stop: () => void } {
  let sent = 0;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    say(`  … ${sent} cases sent in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  }, PROGRESS_MS);
  return { onCase: () => (sent += 1), stop: () => clearInterval(timer) };
}

function reportKinds(findings: readonly Finding[]): void {
  const kinds = new Map<string, Set<string>>();
  for (const { kind = '', name } of findings) kinds.set(kind, (kinds.get(kind) ?? new Set<string>()).add(name));
  for (const [kind, names] of kinds) {
    const count = findings.filter((finding) => finding.kind === kind).length;
    say(`  ${kind}: ${count} in ${names.size} cases`);
  }
}

const OPTIONS = {
  install: { type: 'boolean', default: false },
  only: { type: 'string' },
  cases: { type: 'string', default: '' },
  cut: { type: 'string', default: 'whole' },
  direct: { type: 'boolean', default: false },
  remarks: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  report: { type: 'string' },
} as const;

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({ options: OPTIONS });
  if (values.install) installPackages(say);
  const names = values.only?.split(',');
  const makers = echoMakers.filter(({ name }) => names?.some((part) => name.includes(part)) ?? true);
  const present = makers.filter((maker) => maker.version() !== undefined);
  for (const { name } of makers.filter((maker) => !present.includes(maker))) say(`${name} is missing: skipped`);
  const cases = ALL_CASES.filter(({ name }) => values.cases.split(',').some((part) => name.includes(part)));
  if (values.list) {
    for (const maker of present) say(`server ${maker.name} ${maker.version() ?? ''}`);
    for (const { name } of cases) say(`case ${name}`);
    return;
  }
  const progress = showProgress();
  const bounds = { lanes: LANES, limitMs: TARGET_LIMIT_MS, onCase: progress.onCase };
  const work = { cases, cutting: values.cut as Cutting, isDirect: values.direct, ...bounds };
  const startedAt = performance.now();
  const results = await runAll(present, work, values.remarks).finally(progress.stop);
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(results, undefined, 1)}\n`);
  process.exitCode = conclude(results, cases.length, (performance.now() - startedAt) / 1000);
}

/** Says the sums, and gives the exit code. */
function conclude(results: readonly TargetResult[], cases: number, seconds: number): 0 | 1 {
  const findings = results.flatMap(({ disagreements }) => disagreements);
  const leftOut = results.reduce((sum, result) => sum + result.leftOut, 0);
  const sent = results.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  reportKinds(findings);
  const suffix = leftOut === 0 ? '' : `, ${leftOut} left out`;
  const sums = `${cases} cases, ${results.length} servers, ${sent} sent${suffix}`;
  say(`${sums}: ${findings.length} disagreements in ${seconds.toFixed(0)} s`);
  return findings.length > 0 || leftOut > 0 ? 1 : 0;
}

void main();
