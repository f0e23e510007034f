import { type LiveExchange } from '../../../telemetry/live/messages';

/** What a filter looks at; an exchange that has not ended has less of it. */
export type Filterable = Pick<LiveExchange, 'method' | 'path' | 'status'> & Partial<LiveExchange>;

/**
 * Reads what was typed: words that all have to be found, those with a `-` in front that must not be. A word is found in the method, the
 * target, the status, its class (`4xx`), the client, the protocol, the way it ended, and in `page` for an exchange that was overridden.
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
