/** The interval between updates of the live page, in milliseconds. */
export const TICK_MS = 1000;
/**
 * The number of ticks without a viewer after which the data is released. A page that is reloaded or reconnects earlier
 * keeps its charts.
 */
export const LINGER_TICKS = 15;
/** The number of points for a page that has just connected: five minutes. */
export const MAX_POINTS = 300;
/** The maximum number of exchanges for a page that has just connected, and in one update. */
export const MAX_TAIL = 100;
/** The maximum number of listed exchanges in flight: the oldest ones. */
export const MAX_WAITING = 5;
