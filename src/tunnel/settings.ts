import { DEFAULT_HEAD_LIMITS, type HeadLimits, type RequestTrailers } from '../http1/limits';

/** Where the tunnel leads, and every bound it keeps. Times are milliseconds; a time of 0 means "never". */
export interface TunnelSettings {
  readonly targetHost: string;
  readonly targetPort: number;
  readonly limits: HeadLimits;
  /** Whether the trailer lines of a chunked request are discarded or relayed (RFC 9110 §6.5.1). */
  readonly requestTrailers: RequestTrailers;
  /** Client connections at one time; one more is answered 503 at once. */
  readonly maxConnections: number;
  /** Requests of one connection that may wait for their answer; beyond that we stop reading. */
  readonly maxPipelined: number;
  /** Content of an overridden response that is read to keep the connection; beyond that the target connection is dropped. */
  readonly maxDiscardBytes: number;
  readonly discardTimeoutMs: number;
  /** From the first byte of a head to its last. */
  readonly headerTimeoutMs: number;
  /** Between two exchanges of a persistent connection. */
  readonly idleTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How long a refused connection is tried again: the service may be starting. */
  readonly connectRetryWindowMs: number;
  /** From the last byte of a request to the head of its response. */
  readonly responseTimeoutMs: number;
  /** How long request content that has begun may stop arriving, and a client may take none of its response. */
  readonly progressTimeoutMs: number;
  /** The bytes that all connections together may hold. */
  readonly memoryBytes: number;
  /** How long a half-closed connection may be silent. */
  readonly halfCloseTimeoutMs: number;
}

/** How long a connection is silent before the kernel asks whether the peer is still there. */
export const TCP_KEEP_ALIVE_MS = 60_000;

export const DEFAULT_TUNNEL_SETTINGS: Omit<TunnelSettings, 'targetPort'> = {
  targetHost: '127.0.0.1',
  limits: DEFAULT_HEAD_LIMITS,
  requestTrailers: 'discard',
  maxConnections: 10_000,
  maxPipelined: 1,
  maxDiscardBytes: 1024 * 1024,
  discardTimeoutMs: 5_000,
  headerTimeoutMs: 60_000,
  idleTimeoutMs: 650_000,
  connectTimeoutMs: 5_000,
  connectRetryWindowMs: 2_000,
  responseTimeoutMs: 0,
  progressTimeoutMs: 300_000,
  memoryBytes: 256 * 1024 * 1024,
  halfCloseTimeoutMs: 300_000,
};

/** The shortest time that is not 0: deadlines are looked at a few times within it. */
export function shortestTimeoutMs(settings: TunnelSettings): number {
  const times = [
    settings.discardTimeoutMs,
    settings.headerTimeoutMs,
    settings.idleTimeoutMs,
    settings.connectTimeoutMs,
    settings.responseTimeoutMs,
    settings.progressTimeoutMs,
    settings.halfCloseTimeoutMs,
  ];
  return Math.min(...times.filter((time) => time > 0));
}
