import { type Exchange } from '../tunnel/exchange';
import { type Stage } from './compose';

/**
 * Sees every final status of the target before anything can replace it: what an override hides is still counted.
 * Interim (1xx) responses and what content may look like are no business of it; a switch of protocols (101) is final.
 */
export function sniffStatus(onTargetStatus: (exchange: Exchange) => void): Stage {
  return {
    name: 'sniffStatus',
    onResponse(exchange) {
      onTargetStatus(exchange);
    },
  };
}
