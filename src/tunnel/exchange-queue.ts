import { type Chain } from './chain';
import { type Exchange } from './exchange';
import { type Termination } from './termination';

/**
 * The exchanges of one connection that have not ended, in the order of their requests, which is the order of their answers
 * (RFC 9112 §9.3.2). Whatever leaves the queue has ended, and nothing leaves it twice: that an exchange ends exactly once
 * is kept here.
 */
export class ExchangeQueue {
  readonly #chain: Chain;
  readonly #exchanges: Exchange[] = [];

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  get length(): number {
    return this.#exchanges.length;
  }

  /** The exchange whose answer is due. */
  get first(): Exchange | undefined {
    return this.#exchanges[0];
  }

  get last(): Exchange | undefined {
    return this.#exchanges[this.#exchanges.length - 1];
  }

  add(exchange: Exchange): void {
    this.#exchanges.push(exchange);
  }

  endFirst(termination: Termination, now: number): void {
    const exchange = this.#exchanges.shift();
    if (exchange === undefined) return;
    exchange.endedAtMs = now;
    exchange.termination = termination;
    this.#chain.onEnd(exchange);
  }

  endAll(termination: Termination, now: number): void {
    while (this.#exchanges.length > 0) this.endFirst(termination, now);
  }
}
