import { type TunnelSettings } from './settings';

/** How long a client may go on sending after our last answer before we stop listening. */
const LINGER_MS = 5_000;

/** How a tunnel stands, as far as time matters. Times of 0 and `undefined` have not begun. */
export interface Standing {
  readonly phase: 'http' | 'opaque' | 'finishing';
  readonly activeAtMs: number;
  readonly headSinceMs: number;
  readonly connectingSinceMs: number | undefined;
  readonly discardingSinceMs: number;
  readonly isIdle: boolean;
  readonly hasServed: boolean;
  readonly isHalfClosed: boolean;
  readonly awaitsHead: boolean;
}

/** What can take too long. */
export type Overdue = 'linger' | 'half-closed' | 'connect-timeout' | 'head' | 'idle' | 'discard' | 'response-timeout';

/** What has taken too long at `now`, if anything. */
export function findOverdue(settings: TunnelSettings, now: number, standing: Standing): Overdue | undefined {
  for (const [overdue, since, timeoutMs] of clocks(settings, standing)) {
    if (since > 0 && timeoutMs > 0 && now - since >= timeoutMs) return overdue;
  }
  return undefined;
}

/** The clocks that run in this standing: what for, since when, and how long they may. */
function clocks(settings: TunnelSettings, standing: Standing): (readonly [Overdue, number, number])[] {
  const { phase, activeAtMs } = standing;
  if (phase === 'finishing') return [['linger', activeAtMs, LINGER_MS]];
  const halfClosed = ['half-closed', standing.isHalfClosed ? activeAtMs : 0, settings.halfCloseTimeoutMs] as const;
  const connecting = ['connect-timeout', standing.connectingSinceMs ?? 0, settings.connectTimeoutMs] as const;
  if (phase === 'opaque') return [connecting, halfClosed];
  // Until its first request a connection has only as long as a head may take.
  const idleTimeoutMs = standing.hasServed ? settings.idleTimeoutMs : settings.headerTimeoutMs;
  return [
    connecting,
    halfClosed,
    ['head', standing.headSinceMs, settings.headerTimeoutMs],
    ['idle', standing.isIdle && standing.headSinceMs === 0 ? activeAtMs : 0, idleTimeoutMs],
    ['discard', standing.discardingSinceMs, settings.discardTimeoutMs],
    ['response-timeout', standing.awaitsHead ? activeAtMs : 0, settings.responseTimeoutMs],
  ];
}
