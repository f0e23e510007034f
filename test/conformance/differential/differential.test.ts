import { rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Case } from './case';
import { ALL_CASES } from './cases';
import { runTarget, type TargetResult } from './run-target';
import { trailerCases } from './trailer-cases';
import { scratchFolder } from '../servers/documents';
import { type Maker } from '../servers/launch';
import { nodeHttp } from '../servers/node';
import { pythonMakers } from '../servers/python';

/** A part of the cases, from all families; `npm run differential` sends all of them to many servers. */
const EVERY = 12;

let folder = '';

beforeAll(() => {
  folder = scratchFolder('differential-test');
});

afterAll(() => rmSync(folder, { recursive: true }));

const run = (maker: Maker, cases: readonly Case[]): Promise<TargetResult> =>
  runTarget(maker, 0, folder, {
    cases,
    cutting: 'whole',
    lanes: 3,
    isDirect: false,
    limitMs: 100_000,
    onCase: () => undefined,
  });

describe('odd and malformed requests', () => {
  test("are partly refused, and otherwise understood by Node's http exactly as they were forwarded", async () => {
    const cases = ALL_CASES.filter((_, index) => index % EVERY === 0);
    const result = await run(nodeHttp, cases);
    expect(result.disagreements).toEqual([]);
    expect(result.leftOut).toBe(0);
    expect(result.counts.same).toBeGreaterThan(0);
    expect(result.counts.refused).toBeGreaterThan(0);
  }, 120_000);
});

for (const maker of pythonMakers.filter(({ misreadsTrailers }) => misreadsTrailers)) {
  const isMissing = maker.version() === undefined;
  const withTarget = isMissing ? describe.skip : describe;

  withTarget(`trailers for ${maker.name}${isMissing ? ` (skipped: install python3-${maker.name})` : ''}`, () => {
    test('do not become requests where they are discarded', async () => {
      const result = await run(maker, trailerCases);
      expect(result.disagreements).toEqual([]);
      expect(result.leftOut).toBe(0);
    }, 120_000);
  });
}
