import { compose } from '../../src/middleware/compose';
import { type Subscriber } from '../../src/middleware/subscriber';
import { subscriberStages } from '../../src/middleware/subscriber-stage';
import { type ExchangeObserver } from '../../src/tunnel/exchange-observer';
import { type Exchange } from '../../src/tunnel/exchange';
import { answered, asked } from './answered';

type Observer = Required<ExchangeObserver>;

/** What was thrown, and by which subscriber. */
type Failure = readonly [subscriber: string, error: unknown];

/** An observer of subscribers alone, and what they threw. */
export function subscribe(subscribers: Readonly<Record<string, Subscriber>>): {
  observer: Observer;
  failures: Failure[];
} {
  const failures: Failure[] = [];
  const fail = (name: string, error: unknown): void => void failures.push([name, error]);
  return { observer: compose(subscriberStages(subscribers, fail), fail), failures };
}

/** One exchange from its request to its end, with a 404 for an answer. */
export function run(observer: Observer, exchange = asked('X-Tag: one', 'x-tag: two')): Exchange {
  observer.onRequest(exchange);
  observer.onResponse(answered(exchange, 'HTTP/1.0 404 Not Here', 'Set-Cookie: a=1'));
  observer.onEnd(exchange);
  return exchange;
}
