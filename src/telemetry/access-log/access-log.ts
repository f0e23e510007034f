import { type ExchangeRecord } from '../../tunnel/exchange';
import { barePath } from '../bare-path';
import { clientAddress } from '../client-address';
import { combinedLine } from './combined';
import { isQuietProbe, requestFieldsOf, type RequestFields } from '../request-fields';
import { jsonLine } from './json';
import { colouredLine, prettyLine } from './pretty';
import { uriText } from './escape';

/**
 * The format of a line. `json`: one object per line; `pretty`: for a person at a terminal; `combined`: the format of
 * Apache, which GoAccess and others read.
 */
type AccessLogFormat = 'json' | 'pretty' | 'combined';

export interface AccessLogOptions {
  /**
   * Writes a line, which is passed without its line end. It must not block, because it is called while an exchange
   * ends.
   */
  readonly write: (line: string) => void;
  readonly format: AccessLogFormat;
  /**
   * Whether paths and referrers are logged with their query and path parameters, which can contain names, addresses and
   * tokens. Otherwise they are shortened by {@link barePath}.
   */
  readonly logsQuery: boolean;
  /** Whether the client's address is read from X-Forwarded-For or Forwarded. */
  readonly trustsForwarded: boolean;
  /** Whether successful requests of the kubelet (`kube-probe/…`) get no line. */
  readonly skipsProbes: boolean;
  /** Whether the line of a message that violates a rule is shown; it may contain credentials. Default: no. */
  readonly showsFaultyLines?: boolean;
  /** Whether lines in the `pretty` format have colours. Default: no. */
  readonly hasColours?: boolean;
  /** The clock, in milliseconds of the epoch. Default: `Date.now`. */
  readonly wallClock?: () => number;
}

const LINE_IN = { json: jsonLine, pretty: prettyLine, combined: combinedLine } as const;

/**
 * Creates a function that writes one line for each ended exchange. `fields` can be passed if they have been
 * read already.
 *
 * Lines are concatenated by hand. A general logger would take three times as long for these twenty fields, which is an
 * eighth of the whole cost of a small exchange.
 */
export function createAccessLog(
  options: AccessLogOptions,
): (exchange: ExchangeRecord, fields?: Readonly<RequestFields>) => void {
  const { write, format, logsQuery, trustsForwarded, skipsProbes, hasColours = false, wallClock = Date.now } = options;
  const { showsFaultyLines = false } = options;
  const lineOf = format === 'pretty' && hasColours ? colouredLine : LINE_IN[format];
  return function logExchange(exchange, fields = requestFieldsOf(exchange)) {
    if (skipsProbes && isQuietProbe(exchange, fields)) return;
    const line = lineOf({
      exchange,
      fields,
      // Calculated from the current time, because the monotonic clock and the calendar drift apart in a process that
      // runs for weeks.
      startedEpochMs: wallClock() - (exchange.endedAtMs - exchange.startedAtMs),
      client: clientAddress(exchange, fields, trustsForwarded),
      path: uriText(logsQuery ? exchange.requestTarget : barePath(exchange.requestTarget)),
      referer: logsQuery ? fields.referer : barePath(fields.referer),
      showsFaultyLines,
    });
    if (line !== '') write(line);
  };
}
