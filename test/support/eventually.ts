import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/**
 * Waits until something that tells nobody when it changes is as it should be (files of /proc, a port of another
 * process); fails with what it was last when `patienceMs` have passed.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isRight: (seen: T) => boolean,
  patienceMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`after ${patienceMs} ms it still is ${JSON.stringify(seen)}`);
    await delay(LOOK_EVERY_MS);
  }
}
