import { type LogEntry } from './entry';
import { apacheText } from './escape';
import { apacheTime } from './format';

/**
 * Formats a line in Apache's `combined` format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, in UTC. `%b`
 * is the size of the sent content, as in Apache. Returns '' for an opaque connection, because the format supports only
 * requests.
 */
export function combinedLine(entry: LogEntry): string {
  const { exchange, fields } = entry;
  if (exchange.start.kind === 'opaque') return '';
  const content = exchange.responseContentBytes;
  return (
    `${entry.client} - - [${apacheTime(entry.startedEpochMs)}] "${requestLine(entry)}" ` +
    `${statusOf(entry)} ${content === 0 ? '-' : content} ` +
    `"${apacheText(entry.referer) || '-'}" "${apacheText(fields.userAgent) || '-'}"`
  );
}

function requestLine({ exchange, path }: LogEntry): string {
  const { method, protocol } = exchange;
  if (method === '') return '-';
  return protocol === 'unknown' ? `${apacheText(method)} ${path}` : `${apacheText(method)} ${path} ${protocol}`;
}

/**
 * Returns the status of the line. The format cannot express that no status was sent, and log readers discard a line
 * without one. Therefore the codes of nginx are used, which GoAccess and others know: 499 if the client disconnected,
 * 444 if the connection was closed without a response.
 */
function statusOf({ exchange }: LogEntry): number {
  if (exchange.sentStatus !== 0) return exchange.sentStatus;
  return exchange.termination === 'client-aborted' ? 499 : 444;
}
