/** In which way the ambassador and the target disagree. */
export type Kind =
  /** The target executed a request that was not forwarded as one. */
  | 'smuggled'
  /** The service sees a field in the header section that was not in it. */
  | 'merged'
  /** The forwarded bytes are not a message that a strict reader accepts. */
  | 'not strict'
  /** The target sent more responses than requests were forwarded. */
  | 'responses'
  /** The client received a response that came before its request had been forwarded. */
  | 'order'
  /** A request was forwarded after a response that came before the content of its request. */
  | 'early'
  /** A trailer section was forwarded that is to be discarded. */
  | 'trailers'
  /** The access log does not list the requests that were forwarded. */
  | 'record'
  /** The wire rules demand something else. */
  | 'outcome'
  | 'crash';

export type Verdict =
  /** No byte reached the target. */
  | { readonly is: 'refused' }
  /** The target understood what was forwarded as it was meant. */
  | { readonly is: 'same' }
  /** The target did less than it was asked, and nothing else. */
  | { readonly is: 'stricter'; readonly why: string }
  /** The service parsed content that it had left unread as a request, which no proxy can prevent. */
  | { readonly is: 'leftover'; readonly why: string }
  | { readonly is: 'disagreement'; readonly kind: Kind; readonly why: string };

export type Disagreement = Extract<Verdict, { is: 'disagreement' }>;

export const disagreement = (kind: Kind, why: string): Disagreement => ({ is: 'disagreement', kind, why });

const ORDER: readonly Verdict['is'][] = ['disagreement', 'leftover', 'stricter', 'same', 'refused'];

/** The verdict that matters most, or `refused` where there is none. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  for (const is of ORDER) {
    const found = verdicts.find((verdict) => verdict.is === is);
    if (found !== undefined) return found;
  }
  return { is: 'refused' };
}
