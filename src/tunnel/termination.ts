import { type RequestFault } from '../http1/fault';

/** What a target can do wrong, or fail to do. */
export type TargetFailure =
  | 'target-refused'
  | 'target-unreachable'
  | 'connect-timeout'
  | 'response-timeout'
  | 'target-reset'
  | 'target-closed'
  | 'target-malformed'
  | 'target-truncated';

/** Why we refuse to take a request to the target. */
export type Rejection = RequestFault | 'header-timeout' | 'too-many-connections';

/**
 * How an exchange ended, in a word that explains itself:
 * `ok`; `client-aborted`: the client left first; `drained`: cut off when the drain timeout ran out; `idle-timeout`: a
 * half-closed or opaque connection on which nothing moved; the failures of the target; `rejected:` and why.
 */
export type Termination =
  'ok' | 'client-aborted' | 'drained' | 'idle-timeout' | TargetFailure | `rejected:${Rejection}`;
