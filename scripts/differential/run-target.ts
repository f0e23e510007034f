import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Maker } from '../servers/launch';
import { startSidecar } from '../servers/sidecar';
import { startTap } from '../servers/tap';
import { type Case } from './case';
import { judge, type Verdict } from './judge';
import { send } from './send';

/** How the bytes of a case are cut before they are sent. */
export type Cutting = 'whole' | 'halves' | 'bytes';

/** A case worth telling of, and why. */
interface Finding {
  readonly name: string;
  readonly text: string;
  readonly why: string;
}

export interface TargetResult {
  readonly target: string;
  readonly counts: Readonly<Record<Verdict['is'], number>>;
  readonly disagreements: readonly Finding[];
  readonly stricter: readonly Finding[];
}

export interface Work {
  readonly cases: readonly Case[];
  readonly cutting: Cutting;
  /** How many cases are under way at the same time. */
  readonly lanes: number;
  /** Without the sidecar: shows what the target would have been fooled by. */
  readonly isDirect: boolean;
}

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
  const counts = { refused: 0, same: 0, stricter: 0, disagreement: 0 };
  const disagreements: Finding[] = [];
  const stricter: Finding[] = [];
  const left = [...work.cases];
  const lane = async (): Promise<void> => {
    await runLane(server.port, work, left, (one, verdict) => {
      counts[verdict.is]++;
      if (verdict.is === 'disagreement') disagreements.push({ ...one, why: verdict.why });
      else if (verdict.is === 'stricter') stricter.push({ ...one, why: verdict.why });
    });
  };
  try {
    await Promise.all(Array.from({ length: work.lanes }, lane));
  } finally {
    await server.stop();
  }
  return { target: maker.name, counts, disagreements, stricter };
}

/** A lane has a sidecar and a tap of its own, so that what the tap sees belongs to one case. */
async function runLane(
  targetPort: number,
  work: Work,
  left: Case[],
  tell: (one: Case, verdict: Verdict) => void,
): Promise<void> {
  const tap = await startTap(targetPort);
  const sidecar = work.isDirect ? undefined : await startSidecar(tap.port, { NOT_FOUND_MODE: 'off' });
  const port = sidecar?.port ?? tap.port;
  try {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const { recordings } = await send(port, tap, cut(one.text, work.cutting));
      const death = sidecar?.death();
      tell(one, death === undefined ? judge(recordings) : { is: 'disagreement', why: `the sidecar died: ${death}` });
      if (death !== undefined) return;
    }
  } finally {
    await sidecar?.stop();
    await tap.stop();
  }
}

function cut(text: string, cutting: Cutting): readonly string[] {
  if (cutting === 'whole' || text.length < 2) return [text];
  if (cutting === 'bytes') return Array.from({ length: text.length }, (_, at) => text.charAt(at));
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
