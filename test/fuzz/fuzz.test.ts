import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { fuzz, PROPERTIES, type FuzzResult } from './run';

/** The same inputs in every run and on every machine; `npm run fuzz` tries others. */
const SEED = 20_240_229;
const CASES = 250;

let folder = '';
let results: readonly FuzzResult[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ambassador-fuzz-test-'));
  results = await fuzz({ budget: { kind: 'cases', cases: CASES }, seed: SEED, failures: folder, say: () => undefined });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('fuzzing', () => {
  test('tries every property with every case', () => {
    expect(results.map(({ cases }) => cases)).toEqual(Object.keys(PROPERTIES).map(() => CASES));
  });

  test('finds no input at which a promise is broken, and no socket left open', () => {
    expect(results.flatMap(({ property, failures }) => failures.map((failure) => `${property}: ${failure}`))).toEqual(
      [],
    );
  });
});
