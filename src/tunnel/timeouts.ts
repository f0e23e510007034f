import { isPast } from './mode';
import { type TunnelSettings } from './settings';

/** The state of a tunnel that its timeouts depend on. A time of 0 has not begun. */
export interface Activity {
  readonly activeAtMs: number;
  readonly headSinceMs: number;
  readonly connectingSinceMs: number;
  readonly discardingSinceMs: number;
  readonly isIdle: boolean;
  readonly hasServed: boolean;
  readonly isHalfClosed: boolean;
  readonly awaitsHead: boolean;
  /** Request content is due, and the client is read. */
  readonly awaitsContent: boolean;
  /** Since when the client has taken none of the bytes that wait for it. */
  readonly unreadSinceMs: number;
  /** Since when the target has taken none of the request content that waits for it. */
  readonly targetUnreadSinceMs: number;
}

/** A timeout that has expired. */
export type Timeout =
  | 'connect-timeout'
  | 'half-closed'
  | 'head'
  | 'idle'
  | 'discard'
  | 'content'
  | 'unread'
  | 'target-stalled'
  | 'response-timeout';

/** Finds the first timeout that has expired at `now`. */
export function findTimeout(settings: TunnelSettings, now: number, standing: Activity): Timeout | undefined {
  const { activeAtMs, headSinceMs } = standing;
  const activeIf = (isRunning: boolean): number => (isRunning ? activeAtMs : 0);
  // Until its first request a connection has only as long as a head may take.
  const idleTimeoutMs = standing.hasServed ? settings.idleTimeoutMs : settings.headerTimeoutMs;
  const clocks: readonly (readonly [Timeout, number, number])[] = [
    ['connect-timeout', standing.connectingSinceMs, settings.connectTimeoutMs],
    ['half-closed', activeIf(standing.isHalfClosed), settings.halfCloseTimeoutMs],
    ['head', headSinceMs, settings.headerTimeoutMs],
    ['idle', activeIf(standing.isIdle && headSinceMs === 0), idleTimeoutMs],
    ['discard', standing.discardingSinceMs, settings.discardTimeoutMs],
    ['unread', standing.unreadSinceMs, settings.progressTimeoutMs],
    ['target-stalled', standing.targetUnreadSinceMs, settings.progressTimeoutMs],
    ['content', activeIf(standing.awaitsContent), settings.progressTimeoutMs],
    ['response-timeout', activeIf(standing.awaitsHead), settings.responseTimeoutMs],
  ];
  return clocks.find(([, sinceMs, timeoutMs]) => isPast(now, sinceMs, timeoutMs))?.[0];
}
