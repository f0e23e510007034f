import { type LiveExchange } from '../../../telemetry/live/messages';

/** The filtered properties; an exchange that has not ended has only some of them. */
export type Filterable = Pick<LiveExchange, 'method' | 'path' | 'status'> & Partial<LiveExchange>;

/**
 * Parses the filter text. All words must match, except that words with the prefix `-` must not match. A word is
 * searched in the method, the path, the status, its class (`4xx`), the client, the protocol and the termination; `page`
 * matches an overridden exchange.
 */
export function parseFilter(text: string): (exchange: Filterable) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-');
  const wanted = words.filter((word) => !word.startsWith('-'));
  const unwanted = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1));
  return (exchange) => {
    const subject = subjectOf(exchange);
    return wanted.every((word) => subject.includes(word)) && !unwanted.some((word) => subject.includes(word));
  };
}

function subjectOf(exchange: Filterable): string {
  const { method, path, status, client, protocol, termination, isOverridden, isProbe } = exchange;
  const marks = [isOverridden === true ? 'page' : '', isProbe === true ? 'probe' : '', `${Math.floor(status / 100)}xx`];
  return [`${method} ${path}`, status, client, protocol, termination, ...marks].join('\n').toLowerCase();
}
