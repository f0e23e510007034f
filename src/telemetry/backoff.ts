const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * How long to wait after `failures` in a row: twice as long each time, up to a minute, less a random half so that a fleet
 * does not come back as one.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return longest * (1 - random() / 2);
}
