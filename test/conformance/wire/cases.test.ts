import { afterAll, describe, test } from '@jest/globals';
import { startSidecar } from '../../support/in-process-sidecar';
import { environmentOf, readCollection } from './load-cases';
import { cutsOf } from './cuts';
import { Troupe } from './case-runner';

/*
 * Every case, cut in every way. The sidecar runs in this process: then a piece that was sent is read before the next
 * one is sent, and "nothing more comes" can be known without waiting.
 */
const troupe = new Troupe((settings, targetPort) => startSidecar(environmentOf(settings, targetPort)));
afterAll(() => troupe.close());

describe.each(readCollection().map(({ title, cases }) => [title, cases] as const))('%s', (_title, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    async (_name, one) => {
      await troupe.expectKept(one, cutsOf(one));
    },
    60_000,
  );
});
