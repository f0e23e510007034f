import { type LogEntry } from './entry';
import { apacheText } from './escape';
import { apacheTime } from './format';

/**
 * Apache's `combined`: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, in UTC. `%b` is the content that
 * was sent, as Apache counts it. Empty for a connection that we passed through unread: the format knows requests only.
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

function requestLine({ exchange, path: target }: LogEntry): string {
  const { method, protocol } = exchange;
  if (method === '') return '-';
  return protocol === 'unknown' ? `${apacheText(method)} ${target}` : `${apacheText(method)} ${target} ${protocol}`;
}

/**
 * The format cannot say that no status was sent, and readers throw away a line without one. `499`, the client left, and
 * `444`, closed without an answer, are nginx's words for it; GoAccess and others know them.
 */
function statusOf({ exchange }: LogEntry): number {
  if (exchange.sentStatus !== 0) return exchange.sentStatus;
  return exchange.termination === 'client-aborted' ? 499 : 444;
}
