import { type Exchange } from './exchange';
import { type ExchangeObserver } from './exchange-observer';
import { type StorageAccount } from '../memory/accounts';
import { type Termination } from './termination';

/**
 * The exchanges of one connection that have not ended, in the order of their requests, which is the order of their responses
 * (RFC 9112 §9.3.2). Invariant: an exchange that leaves the queue has ended, and its observer has been notified.
 */
export class ExchangeQueue {
  readonly #observer: ExchangeObserver;
  readonly #account: StorageAccount;
  #first: Exchange | undefined;
  /** The exchanges after the first: few clients send a request before they have received the last response. */
  readonly #others: Exchange[] = [];

  /** Heads of exchanges are charged to `account`. */
  constructor(observer: ExchangeObserver, account: StorageAccount) {
    this.#observer = observer;
    this.#account = account;
  }

  get length(): number {
    return this.#first === undefined ? 0 : 1 + this.#others.length;
  }

  /** The exchange whose response is due. */
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

  /** Ends the first exchange and keeps its place: content of the target that is discarded still belongs to it. */
  completeFirst(termination: Termination, now: number): void {
    if (this.#first !== undefined) this.#complete(this.#first, termination, now);
  }

  /** Ends the first exchange, unless it is complete, and removes it. */
  endFirst(termination: Termination, now: number): void {
    const exchange = this.#first;
    if (exchange === undefined) return;
    this.#first = this.#others.length === 0 ? undefined : this.#others.shift();
    this.#account.release(largeHeadBytes(exchange));
    this.#complete(exchange, termination, now);
  }

  endAll(termination: Termination, now: number): void {
    while (this.#first !== undefined) this.endFirst(termination, now);
  }

  #complete(exchange: Exchange, termination: Termination, now: number): void {
    if (exchange.termination !== undefined) return;
    exchange.end(termination, now);
    this.#observer.onEnd?.(exchange);
  }
}

/** The constant charge of a connection covers usual heads. */
const USUAL_HEAD_BYTES = 2 * 1024;

function largeHeadBytes({ request }: Exchange): number {
  if (request === undefined) return 0;
  const length = request.end - request.start;
  return length > USUAL_HEAD_BYTES ? length : 0;
}
