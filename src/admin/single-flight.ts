import { setTimeout } from 'node:timers/promises';

/** So many times as long as a run took, no other begins: runs take at most a fiftieth of the time. */
const REST_FACTOR = 49;
/** A scrape waits for ten seconds as a rule. */
const LONGEST_REST_MS = 1_000;

/**
 * Runs `make` once at a time and at most a fiftieth of the time, however often it is called. All calls that come during
 * a run or a rest get the result of the next run: an answer is never older than its question, and a flood of questions costs
 * a bounded share of the processor.
 */
export function singleFlight<T>(make: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;
  let previous: Promise<unknown> = Promise.resolve();
  let restUntil = 0;

  async function run(before: Promise<unknown>): Promise<T> {
    await before;
    const restMs = restUntil - performance.now();
    if (restMs > 0) await setTimeout(restMs);
    next = undefined;
    const startedAt = performance.now();
    try {
      return await make();
    } finally {
      const endedAt = performance.now();
      restUntil = endedAt + Math.min(LONGEST_REST_MS, REST_FACTOR * (endedAt - startedAt));
    }
  }

  return () => {
    if (next === undefined) {
      const started = run(previous);
      next = started;
      previous = started.catch(() => undefined);
    }
    return next;
  };
}
