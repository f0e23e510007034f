const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Returns the wait after a number of consecutive failures: it doubles each time, up to a minute, and is reduced by up
 * to half at random. A fleet of pods therefore does not retry at the same moment.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return longest * (1 - random() / 2);
}
