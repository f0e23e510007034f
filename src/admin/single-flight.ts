import { setTimeout } from 'node:timers/promises';

/** The pause after a run, as a multiple of its duration: runs take at most 2 % of the time. */
const REST_FACTOR = 49;
/** The maximum pause. A scrape usually has a time limit of ten seconds. */
const LONGEST_REST_MS = 1_000;

/**
 * Runs `make` once at a time and for at most 2 % of the time, however often it is called. All calls during a run or a
 * pause get the result of the next run. A result is therefore never older than its call, and a flood of calls costs a
 * bounded share of the processor.
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
