import { type LiveExchange } from '../../../telemetry/live-update';

export type ExchangeFilter = (exchange: LiveExchange) => boolean;

/**
 * Reads what was typed: words that all have to be found, those with a `-` in front that must not be. A word is found in the method, the
 * target, the status, its class (`4xx`), the client, the protocol, the way it ended, and in `page` for an exchange that was overridden.
 */
export function parseFilter(text: string): ExchangeFilter {
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

function subjectOf(exchange: LiveExchange): string {
  const { method, target, status, client, protocol, termination, isOverridden, isProbe } = exchange;
  const marks = [isOverridden ? 'page' : '', isProbe ? 'probe' : '', `${Math.floor(status / 100)}xx`];
  return [`${method} ${target}`, String(status), client, protocol, termination, ...marks].join('\n').toLowerCase();
}
