/**
 * The results of a parser besides a position: not enough bytes yet, or a fault that it has stored. They are negative numbers,
 * because a position is returned for each line of each head.
 */
export const INCOMPLETE = -1;
export const FAULTY = -2;
