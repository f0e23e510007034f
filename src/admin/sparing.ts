import { setTimeout } from 'node:timers/promises';

/**
 * `make`, once at a time and for at most a tenth of the time, however often it is called: whoever comes meanwhile gets
 * the result of the next run. So an answer is never older than its question, and a flood of questions costs a bounded share.
 */
export function sparing<T>(make: () => Promise<T>): () => Promise<T> {
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
      restUntil = endedAt + 9 * (endedAt - startedAt);
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
