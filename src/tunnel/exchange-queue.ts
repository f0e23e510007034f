import { type Chain } from './exchange-observer';
import { type Exchange } from './exchange';
import { type StorageAccount } from './receive-buffer';
import { type Termination } from './termination';

/**
 * The exchanges of one connection that have not ended, in the order of their requests, which is the order of their answers
 * (RFC 9112 §9.3.2). Whatever leaves the queue has ended, and nothing leaves it twice: that an exchange ends exactly once
 * is kept here.
 */
export class ExchangeQueue {
  readonly #chain: Chain;
  readonly #account: StorageAccount;
  #first: Exchange | undefined;
  /** Those behind the first: few clients send a request before they have their answer. */
  readonly #others: Exchange[] = [];

  /** Heads of exchanges are charged to `account`. */
  constructor(chain: Chain, account: StorageAccount) {
    this.#chain = chain;
    this.#account = account;
  }

  get length(): number {
    return this.#first === undefined ? 0 : 1 + this.#others.length;
  }

  /** The exchange whose answer is due. */
  get first(): Exchange | undefined {
    return this.#first;
  }

  get last(): Exchange | undefined {
    return this.#others.at(-1) ?? this.#first;
  }

  add(exchange: Exchange): void {
    if (this.#first === undefined) this.#first = exchange;
    else this.#others.push(exchange);
    this.#account.charge(largeHeadBytes(exchange));
  }

  endFirst(termination: Termination, now: number): void {
    const exchange = this.#first;
    if (exchange === undefined) return;
    this.#first = this.#others.length === 0 ? undefined : this.#others.shift();
    this.#account.release(largeHeadBytes(exchange));
    exchange.endedAtMs = now;
    exchange.termination = termination;
    this.#chain.onEnd(exchange);
  }

  endAll(termination: Termination, now: number): void {
    while (this.#first !== undefined) this.endFirst(termination, now);
  }
}

/** The constant charge of a connection covers usual heads. */
const USUAL_HEAD_BYTES = 2 * 1024;

function largeHeadBytes({ request }: Exchange): number {
  if (request === undefined) return 0;
  const length = request.end - request.start;
  return length > USUAL_HEAD_BYTES ? length : 0;
}
