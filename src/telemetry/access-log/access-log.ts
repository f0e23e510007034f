import { type ExchangeRecord } from '../../tunnel/exchange';
import { barePath } from '../bare-path';
import { clientAddress } from '../client-address';
import { combinedLine } from './combined';
import { isQuietProbe, requestFieldsOf, type RequestFields } from '../request-fields';
import { jsonLine } from './json';
import { colouredLine, prettyLine } from './pretty';
import { uriText } from './escape';

/** `json`: one object a line; `pretty`: for a person at a terminal; `combined`: Apache's, which GoAccess and others read. */
type AccessLogFormat = 'json' | 'pretty' | 'combined';

export interface AccessLogOptions {
  /** Takes a line without its end. It must not block: a line is written while an exchange ends. */
  readonly write: (line: string) => void;
  readonly format: AccessLogFormat;
  /**
   * Whether targets and referrers are written with their query and path parameters, which hold names, addresses and tokens.
   * Without them, see {@link barePath}.
   */
  readonly logsQuery: boolean;
  /** Whether the client's address is read from X-Forwarded-For or Forwarded. */
  readonly trustsForwarded: boolean;
  /** Whether successful requests of the kubelet (`kube-probe/…`) get no line. */
  readonly skipsProbes: boolean;
  /** Whether the line of a message that violates a rule is shown; it may contain credentials. Default: no. */
  readonly showsFaultyLines?: boolean;
  /** Whether a line for a person may have colours. Default: no. */
  readonly hasColours?: boolean;
  /** Milliseconds of the epoch. Default: `Date.now`. */
  readonly wallClock?: () => number;
}

const LINE_IN = { json: jsonLine, pretty: prettyLine, combined: combinedLine } as const;

/**
 * Writes a line for every exchange that has ended. `fields` may be handed in where somebody else has read them already.
 *
 * Lines are put together by hand: a general logger needs three times as long for these twenty fields, which would be
 * an eighth of all that a small exchange costs.
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
      // Counted back from now: the monotonic clock and the calendar drift apart in a process that lives for weeks.
      startedEpochMs: wallClock() - (exchange.endedAtMs - exchange.startedAtMs),
      client: clientAddress(exchange, fields, trustsForwarded),
      path: uriText(logsQuery ? exchange.requestTarget : barePath(exchange.requestTarget)),
      referer: logsQuery ? fields.referer : barePath(fields.referer),
      showsFaultyLines,
    });
    if (line !== '') write(line);
  };
}
