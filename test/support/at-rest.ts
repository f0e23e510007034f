import { eventually } from './eventually';

const REST_MS = 500;

/** Waits until a number that grows has stopped growing, and returns it. */
export async function atRest(look: () => number): Promise<number> {
  let last = -1;
  let since = performance.now();
  return eventually(look, (now) => {
    if (now !== last) since = performance.now();
    last = now;
    return now > 0 && performance.now() - since > REST_MS;
  });
}
