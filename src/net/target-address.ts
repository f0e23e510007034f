/*
 * Declared apart from the code that connects: the public types of the package extend it, and must compile without Node's types.
 */

/** The address of the target. */
export interface TargetAddress {
  /** A host name or an IP address. */
  readonly targetHost: string;
  /** A TCP port. */
  readonly targetPort: number;
  /** How long a refused connection is retried: the service may be starting. Milliseconds; 0: never. */
  readonly connectRetryWindowMs: number;
}
