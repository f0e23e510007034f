import { type TunnelSettings } from './settings';

/** How long a client may go on sending after our last answer before we stop listening. */
const LINGER_MS = 5_000;

/** How a tunnel stands, as far as time matters. Times of 0 and `undefined` have not begun. */
export interface Standing {
  readonly phase: 'http' | 'opaque' | 'finishing' | 'closed';
  readonly activeAtMs: number;
  readonly headSinceMs: number;
  readonly connectingSinceMs: number | undefined;
  readonly isIdle: boolean;
  readonly hasServed: boolean;
  readonly isDiscarding: boolean;
  readonly isHalfClosed: boolean;
  readonly awaitsHead: boolean;
}

export type Overdue = 'linger' | 'half-closed' | 'connect' | 'head' | 'idle' | 'discard' | 'response';

/** What has taken too long at `now`, if anything. */
export function findOverdue(settings: TunnelSettings, now: number, standing: Standing): Overdue | undefined {
  const { phase, activeAtMs, connectingSinceMs, headSinceMs } = standing;
  const isPast = (since: number, timeout: number): boolean => timeout > 0 && now - since >= timeout;
  if (phase === 'finishing') return isPast(activeAtMs, LINGER_MS) ? 'linger' : undefined;
  if (connectingSinceMs !== undefined && isPast(connectingSinceMs, settings.connectTimeoutMs)) return 'connect';
  if (standing.isHalfClosed && isPast(activeAtMs, settings.halfCloseTimeoutMs)) return 'half-closed';
  if (phase !== 'http') return undefined;
  if (headSinceMs > 0 && isPast(headSinceMs, settings.headerTimeoutMs)) return 'head';
  if (standing.isIdle && headSinceMs === 0) {
    // Until its first request a connection has only as long as a head may take.
    return isPast(activeAtMs, standing.hasServed ? settings.idleTimeoutMs : settings.headerTimeoutMs)
      ? 'idle'
      : undefined;
  }
  if (standing.isDiscarding) return isPast(activeAtMs, settings.discardTimeoutMs) ? 'discard' : undefined;
  return standing.awaitsHead && isPast(activeAtMs, settings.responseTimeoutMs) ? 'response' : undefined;
}
