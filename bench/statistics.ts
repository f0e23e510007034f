/** The middle value; the mean of the two middle ones for an even count; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/** Smallest and largest value: the spread that goes with a median of few rounds. */
export function spread(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * One ratio for each round that both took part in. Two neighbours in one round met the same machine, so that
 * the median of these is steadier than a ratio of two medians.
 */
export function roundRatios(ours: readonly number[], other: readonly number[]): readonly number[] {
  return ours.slice(0, other.length).map((value, round) => value / (other[round] ?? NaN));
}
