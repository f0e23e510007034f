import { type Exchange } from '../tunnel/exchange';
import { type Stage } from './compose';

/** Hands every exchange to whoever keeps account of them: when it opens, and once when it has ended. */
export function telemetry(recorders: {
  readonly opened: readonly ((exchange: Exchange) => void)[];
  readonly ended: readonly ((exchange: Exchange) => void)[];
}): Stage {
  return {
    name: 'telemetry',
    onRequest(exchange) {
      for (const record of recorders.opened) record(exchange);
    },
    onEnd(exchange) {
      for (const record of recorders.ended) record(exchange);
    },
  };
}
