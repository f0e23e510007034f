/** How often the live page is told what is new, in milliseconds. */
export const TICK_MS = 1000;
/** A page that is loaded again, or whose connection broke, finds its charts as they were; then all is let go. */
export const LINGER_TICKS = 15;
/** Points that are kept for a page that has just connected: five minutes. */
export const MAX_POINTS = 300;
/** How many exchanges a page that has just connected is shown; and of one second the most that are told. */
export const MAX_TAIL = 100;
/** Exchanges in flight that are shown: those that have waited longest. */
export const MAX_WAITING = 5;
