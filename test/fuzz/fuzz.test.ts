import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { fuzz, PROPERTIES, type FuzzResult } from '../../scripts/fuzz/run';

/** The same inputs in every run; `npm run fuzz` tries others, for as long as it is told. */
const SEED = 20_240_229;
const SECONDS = 4;

let folder = '';
let results: readonly FuzzResult[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ambassador-fuzz-test-'));
  results = await fuzz({ seconds: SECONDS, seed: SEED, failures: folder, say: () => undefined });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('a few seconds of fuzzing', () => {
  it('try every property', () => {
    expect(results).toHaveLength(Object.keys(PROPERTIES).length);
    for (const { property, cases } of results)
      expect({ property, hasRun: cases > 0 }).toEqual({ property, hasRun: true });
  });

  it('find no input at which a promise is broken, and no socket left open', () => {
    expect(results.flatMap(({ property, failures }) => failures.map((failure) => `${property}: ${failure}`))).toEqual(
      [],
    );
  });
});
