/**
 * What a parser answers besides a position: not enough bytes yet, or a fault it has noted. Numbers below zero, because a
 * position is returned for every line of every head.
 */
export const INCOMPLETE = -1;
export const FAULTY = -2;
