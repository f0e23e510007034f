import { type ExchangeRecord, type OpenExchange } from './exchange';

/**
 * Observes exchanges. A refused request and a connection in another protocol have only an end. No call may throw: an error
 * would end the process.
 */
export interface ExchangeObserver {
  /** A request head is complete. No byte of it has been forwarded. */
  readonly onRequest?: (exchange: OpenExchange) => void;
  /** The final response head is complete. No byte of it has been sent: the last moment for an override. */
  readonly onResponse?: (exchange: OpenExchange) => void;
  /** The exchange has ended. Called exactly once. */
  readonly onEnd?: (exchange: ExchangeRecord) => void;
}
