import { type ExchangeRecord } from '../../tunnel/exchange';
import { type RequestFields } from '../request-fields';

/** What the formats write besides what the exchange itself knows. */
export interface LogEntry {
  readonly exchange: ExchangeRecord;
  readonly fields: Readonly<RequestFields>;
  /** When the exchange began, milliseconds of the epoch. */
  readonly startedEpochMs: number;
  readonly client: string;
  /** The request target in printable ASCII, whole or bare as the options say. */
  readonly path: string;
  /** Whether the line of a message that violates a rule is shown. It may contain credentials. */
  readonly showsFaultyLines: boolean;
  /** The `Referer` field, whole or bare as the options say. */
  readonly referer: string;
}
