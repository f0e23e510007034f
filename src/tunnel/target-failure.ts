import { type TargetFailure } from './termination';

/** The state of the oldest exchange when its target connection fails. */
export interface ExchangeProgress {
  /** The client has the complete response: only the request, or content that is discarded, was still arriving. */
  readonly isAnswered: boolean;
  /** The head of the response has been sent. */
  readonly isHeadSent: boolean;
  /** Part of a response head has come, and has not been sent. */
  readonly hasPartOfHead: boolean;
  /** The end of the connection is the end of the response. */
  readonly endsWithConnection: boolean;
  /** The connection has served an exchange before this one. */
  readonly hasServed: boolean;
  /** The bytes that came cannot begin a response. After one that was complete they are most likely its surplus. */
  readonly isSurplus: boolean;
}

/**
 * The consequence for the client: none, its response is complete (`whole`); it must see that its response is incomplete, by FIN
 * where the framing shows it (`truncated`) and by RST where it would not (`reset`); or it gets an authored response.
 */
export type Consequence = 'whole' | 'truncated' | 'reset' | 'answer';

/** Decides the consequence of a failed target connection for the exchange that waits for it. */
export function onTargetFailure(failure: TargetFailure, standing: ExchangeProgress): Consequence {
  const isEnd = failure === 'target-closed';
  if (standing.isAnswered || (isEnd && standing.endsWithConnection)) return 'whole';
  if (standing.isHeadSent) return isEnd ? 'truncated' : 'reset';
  // A persistent connection that closes as a request arrives: the client knows how to retry, and whether it may. FIN, because
  // a reset would also cut the complete response before it that a slow client is still reading.
  const isLate = standing.hasServed && !standing.hasPartOfHead;
  return isLate && (isEnd || failure === 'target-reset' || standing.isSurplus) ? 'truncated' : 'answer';
}
