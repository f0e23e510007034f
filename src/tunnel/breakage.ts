import { type TargetFailure } from './termination';

/** How the oldest exchange stands when its target connection breaks. */
export interface Interrupted {
  /** The client has its whole answer: only the request, or content that is thrown away, was still on its way. */
  readonly isAnswered: boolean;
  /** The head of the response has been sent. */
  readonly isHeadSent: boolean;
  /** Part of a response head has come, and has not been sent. */
  readonly hasPartOfHead: boolean;
  /** The end of the connection is the end of the response. */
  readonly endsWithConnection: boolean;
  /** The connection has served an exchange before this one. */
  readonly hasServed: boolean;
}

/**
 * What the client is owed: nothing more (`whole`); to see that its message was cut short, by FIN where the framing shows it
 * (`truncated`) and by RST where it would not (`reset`); or an answer of ours.
 */
export type Consequence = 'whole' | 'truncated' | 'reset' | 'answer';

/** Decides what a broken target connection means for the exchange that waits for it. */
export function consequenceOf(failure: TargetFailure, standing: Interrupted): Consequence {
  const isEnd = failure === 'target-closed';
  if (standing.isAnswered || (isEnd && standing.endsWithConnection)) return 'whole';
  if (standing.isHeadSent) return isEnd ? 'truncated' : 'reset';
  // A persistent connection that closes as a request arrives: the client knows how to try again, and whether it may.
  const isLate = standing.hasServed && !standing.hasPartOfHead;
  if (isLate && isEnd) return 'truncated';
  return isLate && failure === 'target-reset' ? 'reset' : 'answer';
}
