import { createChain } from '../../src/middleware/compose';
import { type Subscriber } from '../../src/middleware/subscriber';
import { subscriberStages } from '../../src/middleware/subscriber-stage';
import { type Chain } from '../../src/tunnel/exchange-observer';
import { type Exchange } from '../../src/tunnel/exchange';
import { answered, asked } from './answered';

/** What went wrong, and in whom. */
type Failure = readonly [subscriber: string, error: unknown];

/** A chain of nothing but subscribers, and what they threw. */
export function subscribe(subscribers: Readonly<Record<string, Subscriber>>): { chain: Chain; failures: Failure[] } {
  const failures: Failure[] = [];
  const fail = (name: string, error: unknown): void => void failures.push([name, error]);
  return { chain: createChain(subscriberStages(subscribers, fail), fail), failures };
}

/** One exchange from its request to its end, with a 404 for an answer. */
export function run(chain: Chain, exchange = asked('X-Tag: one', 'x-tag: two')): Exchange {
  chain.onRequest(exchange);
  chain.onResponse(answered(exchange, 'HTTP/1.0 404 Not Here', 'Set-Cookie: a=1'));
  chain.onEnd(exchange);
  return exchange;
}
