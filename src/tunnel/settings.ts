import { type TargetAddress } from '../net/target-address';
import { DEFAULT_HEAD_LIMITS, type HeadLimits, type RequestTrailers } from '../http1/limits';

/** The address of the target, and the limits of a tunnel. Times are milliseconds; a timeout of 0 never expires. */
export interface TunnelSettings extends TargetAddress {
  /** The bounds of a message head. */
  readonly limits: HeadLimits;
  /** The treatment of the trailer lines of a chunked request: `'discard'` or `'relay'` (RFC 9110 §6.5.1). */
  readonly requestTrailers: RequestTrailers;
  /** The maximum number of open client connections. Another one receives 503 immediately. */
  readonly maxConnections: number;
  /** The maximum number of requests of one connection that wait for a response. At the limit the client is not read. */
  readonly maxPipelined: number;
  /** The maximum of content that is discarded to keep a connection persistent. Beyond it the target connection is closed. */
  readonly maxDiscardBytes: number;
  /** How long content may take to be discarded. Then the connection is closed. */
  readonly discardTimeoutMs: number;
  /** From the first byte of a head to its last. */
  readonly headerTimeoutMs: number;
  /** Between two exchanges of a persistent connection. */
  readonly idleTimeoutMs: number;
  /** From the first attempt to connect to the target, retries included, until the connection is open. */
  readonly connectTimeoutMs: number;
  /** From the last byte of a request to the head of its response. */
  readonly responseTimeoutMs: number;
  /** How long request content may stop arriving, and how long a peer may take none of the bytes sent to it. */
  readonly progressTimeoutMs: number;
  /** The maximum number of bytes that all connections together hold. */
  readonly memoryBytes: number;
  /** How long a half-closed connection may be silent. */
  readonly halfCloseTimeoutMs: number;
}

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

/** The shortest timeout that is not 0. Timeouts are checked several times within it. */
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
