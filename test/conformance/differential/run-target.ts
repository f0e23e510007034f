import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type Maker } from '../servers/launch';
import { startSidecar, type Sidecar } from '../servers/sidecar';
import { startTap, type Tap } from '../servers/recording-proxy';
import { type Case, type Settings } from './case';
import { judge } from './judge';
import { judgeOutcome } from './outcome';
import { ACCESS_LOG, addressOf, groupByClient, judgeRecords, readAccessLog, type AccessRecord } from './records';
import { send, type Observation } from './send';
import { disagreement, gravest, type Kind, type Verdict } from './verdict';

/** How the bytes of a piece are cut before they are sent. */
export type Cutting = 'whole' | 'halves' | 'bytes';

/** A case worth reporting, and why. */
export interface Finding {
  readonly name: string;
  readonly pieces: readonly string[];
  readonly why: string;
  /** Only a disagreement has one. */
  readonly kind?: Kind;
}

export interface TargetResult {
  readonly target: string;
  readonly counts: Readonly<Record<Verdict['is'], number>>;
  readonly disagreements: readonly Finding[];
  /** Cases in which the target refused something, or parsed what it had left unread. */
  readonly remarks: readonly Finding[];
  /** Cases of which no byte reached the target, so that every other target would give the same result. */
  readonly unreached: ReadonlySet<Case>;
  /** Cases for which there was no time. */
  readonly leftOut: number;
}

export interface Work {
  readonly cases: readonly Case[];
  readonly cutting: Cutting;
  /** How many cases are under way at the same time. */
  readonly lanes: number;
  /** Without the ambassador: shows by what the target would have been deceived. */
  readonly isDirect: boolean;
  /** A target that takes longer leaves cases out, and so does not pass. */
  readonly limitMs: number;
  /** Is called after each case. */
  onCase: () => void;
}

/** The page of a 404 is not part of this test; the access log is. */
const SETTINGS = { ...ACCESS_LOG, NOT_FOUND_MODE: 'off' } as const;

export async function runTarget(
  maker: Maker,
  recorderPort: number,
  scratch: string,
  work: Work,
): Promise<TargetResult> {
  const folder = join(scratch, maker.name.replaceAll(/\W+/g, '-'));
  mkdirSync(folder);
  chmodSync(folder, 0o777); // some servers give up root before they write here
  const server = await maker.start({ folder, documents: folder, role: { is: 'echo', recorderPort } });
  const tally = new Tally(maker.name);
  const deadline = performance.now() + work.limitMs;
  const cases = work.cases.filter(
    ({ settings }) => !maker.misreadsTrailers || settings?.['REQUEST_TRAILERS'] !== 'relay',
  );
  const groups = groupsOf({ ...work, cases });
  const lane = async ({ settings, left }: Group): Promise<void> => {
    for (const judged of await runLane(server.port, settings, left, work, deadline)) tally.add(judged);
  };
  // Every lane ends before the server does, even where one fails.
  const lanes = await Promise.allSettled(groups.map(lane));
  await server.stop();
  const failed = lanes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return tally.result(cases.length);
}

/** Cases that one lane or more take from, one after the other. */
interface Group {
  readonly settings: Settings;
  readonly left: Case[];
}

/**
 * One entry per lane. Cases that wait have lanes of their own, because they leave the processor to the others; so have
 * cases with settings.
 */
function groupsOf({ cases, lanes }: Work): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const one of cases) {
    const { settings = {}, pieces } = one;
    const key = `${JSON.stringify(settings)} ${pieces.length > 1 ? 'waits' : ''}`;
    const group = groups.get(key) ?? { settings, left: [] };
    groups.set(key, group);
    group.left.push(one);
  }
  return [...groups.values()].flatMap((group) =>
    Object.keys(group.settings).length > 0 ? [group] : Array.from({ length: lanes }, () => group),
  );
}

class Tally {
  readonly #target: string;
  readonly #counts = { refused: 0, same: 0, stricter: 0, leftover: 0, disagreement: 0 };
  readonly #disagreements: Finding[] = [];
  readonly #remarks: Finding[] = [];
  readonly #unreached = new Set<Case>();

  constructor(target: string) {
    this.#target = target;
  }

  add({ one, verdict, hasReached }: Judged): void {
    const { name, pieces } = one;
    if (!hasReached) this.#unreached.add(one);
    this.#counts[verdict.is]++;
    if (verdict.is === 'disagreement') this.#disagreements.push({ name, pieces, why: verdict.why, kind: verdict.kind });
    else if ('why' in verdict) this.#remarks.push({ name, pieces, why: `${verdict.is}: ${verdict.why}` });
  }

  result(cases: number): TargetResult {
    const counts = this.#counts;
    const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const found = { disagreements: this.#disagreements, remarks: this.#remarks, unreached: this.#unreached };
    return { target: this.#target, counts, ...found, leftOut: cases - done };
  }
}

interface Judged {
  readonly one: Case;
  readonly verdict: Verdict;
  readonly hasReached: boolean;
}

/** A lane has an ambassador and a tap of its own, so that what the tap sees belongs to one case. */
async function runLane(
  targetPort: number,
  settings: Settings,
  left: Case[],
  work: Work,
  deadline: number,
): Promise<readonly Judged[]> {
  const tap = await startTap(targetPort);
  const sidecar = work.isDirect ? undefined : await startSidecar(tap.port, { ...SETTINGS, ...settings });
  try {
    const observed = await observeCases(tap, sidecar, left, work, deadline);
    return sidecar === undefined ? observed.map(judgeDirect) : judgeAll(observed, await recordsOf(sidecar));
  } finally {
    await sidecar?.stop();
    await tap.stop();
  }
}

/** A case and what happened to it. */
interface Observed {
  readonly one: Case;
  readonly seen: Observation;
  readonly death: string | undefined;
}

async function observeCases(
  tap: Tap,
  sidecar: Sidecar | undefined,
  left: Case[],
  work: Work,
  deadline: number,
): Promise<readonly Observed[]> {
  const observed: Observed[] = [];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const pieces = one.pieces.map((piece) => cut(piece, work.cutting));
    const seen = await send(sidecar?.port ?? tap.port, tap, pieces, addressOf(observed.length));
    const death = sidecar?.death();
    observed.push({ one, seen, death });
    work.onCase();
    if (death !== undefined || performance.now() > deadline) break;
  }
  return observed;
}

/** Longer than the ambassador gathers lines before it writes them. */
const LOG_QUIET_MS = 600;

/** Waits until the log says nothing new: an exchange may end after its case. */
async function recordsOf(sidecar: Sidecar): Promise<readonly AccessRecord[]> {
  for (let count = -1; ;) {
    const lines = sidecar.lines();
    if (lines.length === count) return readAccessLog(lines);
    count = lines.length;
    await delay(LOG_QUIET_MS);
  }
}

function judgeAll(observed: readonly Observed[], records: readonly AccessRecord[]): readonly Judged[] {
  const byClient = groupByClient(records);
  return observed.map((each, index) => judged(each, verdictOn(each, byClient.get(addressOf(index)) ?? [])));
}

function verdictOn({ one, seen, death }: Observed, records: readonly AccessRecord[]): Verdict {
  if (death !== undefined) return disagreement('crash', `the ambassador ended: ${death}`);
  const { sent, recordings } = seen;
  const { REQUEST_TRAILERS: trailers, MAX_PIPELINED: pipelined } = one.settings ?? {};
  const circumstances = { sent, relaysTrailers: trailers === 'relay', isOneAtATime: pipelined === '1' };
  const others = [judgeOutcome(one, seen), judgeRecords(records, recordings)];
  return gravest([judge(recordings, circumstances), ...others.filter((other) => other !== undefined)]);
}

const judgeDirect = (each: Observed): Judged => judged(each, judge(each.seen.recordings));

const judged = ({ one, seen }: Observed, verdict: Verdict): Judged => ({
  one,
  verdict,
  // Without an answer, the ambassador may not have come to it in time.
  hasReached: seen.answer.length === 0 || seen.recordings.some(({ toTarget }) => toTarget.length > 0),
});

function cut(text: string, cutting: Cutting): readonly string[] {
  if (cutting === 'whole' || text.length < 2) return [text];
  if (cutting === 'bytes') return Array.from({ length: text.length }, (_, at) => text.charAt(at));
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
