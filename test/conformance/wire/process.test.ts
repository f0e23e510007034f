import { afterAll, describe, test } from '@jest/globals';
import { spawnSidecar } from '../../support/sidecar-process';
import { environmentOf, readCollection } from './load-cases';
import { whole } from './cuts';
import { Troupe } from './case-runner';

/* Every case once more against the built sidecar, as it runs in a pod. */
const troupe = new Troupe((settings, targetPort) => spawnSidecar(environmentOf(settings, targetPort)), 1);
afterAll(() => troupe.close());

describe.each(readCollection().map(({ title, cases }) => [title, cases] as const))('%s', (_title, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await troupe.expectKept(one, [whole]);
  });
});
