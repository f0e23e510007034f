import { type Exchange } from '../../tunnel/exchange';
import { type NotedFields } from '../request-fields';

/** What the formats write besides what the exchange itself knows. */
export interface LogEntry {
  readonly exchange: Exchange;
  readonly fields: Readonly<NotedFields>;
  /** When the exchange began, milliseconds of the epoch. */
  readonly startedEpochMs: number;
  readonly client: string;
  /** The request target in printable ASCII, whole or bare as the options say. */
  readonly target: string;
  /** Whether the line of a message that violates a rule is shown. It may contain credentials. */
  readonly showsFaultyLines: boolean;
  /** The `Referer` field, whole or bare as the options say. */
  readonly referer: string;
}
