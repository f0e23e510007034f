import { type ExchangeRecord } from '../../tunnel/exchange';
import { type RequestFields } from '../request-fields';

/** The values that a format writes in addition to the exchange itself. */
export interface LogEntry {
  readonly exchange: ExchangeRecord;
  readonly fields: Readonly<RequestFields>;
  /** The start of the exchange, in milliseconds of the epoch. */
  readonly startedEpochMs: number;
  readonly client: string;
  /** The request target in printable ASCII, complete or shortened according to the options. */
  readonly path: string;
  /** Whether the line of a message that violates a rule is shown. It may contain credentials. */
  readonly showsFaultyLines: boolean;
  /** The `Referer` field, complete or shortened according to the options. */
  readonly referer: string;
}
