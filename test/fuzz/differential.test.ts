import { rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ALL_CASES } from '../../scripts/differential/cases';
import { runTarget, type TargetResult } from '../../scripts/differential/run-target';
import { scratchFolder } from '../../scripts/servers/documents';
import { nodeHttp } from '../../scripts/servers/node';

/** A part of the cases, from all families; `npm run differential` sends all of them to many servers. */
const EVERY = 12;

let folder = '';
let result: TargetResult | undefined;

beforeAll(async () => {
  folder = scratchFolder('differential-test');
  const cases = ALL_CASES.filter((_, index) => index % EVERY === 0);
  result = await runTarget(nodeHttp, 0, folder, {
    cases,
    cutting: 'whole',
    lanes: 4,
    isDirect: false,
    limitMs: 60_000,
    onCase: () => undefined,
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('odd and malformed requests', () => {
  it("are understood by Node's http exactly as they were forwarded", () => {
    expect(result?.disagreements).toEqual([]);
  });

  it('are partly forwarded and partly refused', () => {
    expect(result?.counts.same).toBeGreaterThan(0);
    expect(result?.counts.refused).toBeGreaterThan(0);
  });
});
