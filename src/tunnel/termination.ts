import { type RequestFault } from '../http1/fault';
import { type ConnectionFailure } from '../net/connect';

/** A failure of the target. `target-stalled`: it took no bytes of the request for the progress timeout. */
export type TargetFailure =
  ConnectionFailure | 'response-timeout' | 'target-stalled' | 'target-closed' | 'target-malformed' | 'target-truncated';

/** The reason for which a request does not reach the target, or not completely. */
export type Rejection =
  | RequestFault
  | 'header-timeout'
  | 'content-timeout'
  | 'too-many-connections'
  | 'memory-exhausted'
  | 'protocol-mismatch';

/**
 * The end of an exchange, in a word that explains itself: `ok`; `client-aborted`: the client left first; `client-stalled`: the
 * client took no bytes of its response for the progress timeout; `drained`: cut off when the drain timeout ran out;
 * `idle-timeout`: a half-closed or opaque connection without traffic; `memory-exhausted`: closed to free memory; the failures
 * of the target; `rejected:` and the reason.
 * `rejected:protocol-mismatch`: the client began TLS or HTTP/2, and the target answered in another protocol. It is not a failure
 * of the target: most often a client uses https:// for a service of plain HTTP.
 */
export type Termination =
  | 'ok'
  | 'client-aborted'
  | 'client-stalled'
  | 'drained'
  | 'idle-timeout'
  | 'memory-exhausted'
  | TargetFailure
  | `rejected:${Rejection}`;
