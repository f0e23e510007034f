import { renderOverride } from '../../src/http1/response-writer';
import { type Exchange } from '../../src/tunnel/exchange';
import { taken, targetHead } from './rendered';
import { opened } from './exchange-of';

/** A GET with these fields. */
export const asked = (...fields: readonly string[]): Exchange => opened({ fields });

/** The target's final head arrives, line by line. */
export function answered(exchange: Exchange, ...lines: readonly string[]): Exchange {
  exchange.responded(targetHead(...lines), 1_000);
  return exchange;
}

const DATE = 'Mon, 23 Nov 2026 01:13:00 GMT';

/** What goes out in place of the target's response; `undefined` where that one stays. */
export function shown({ overriding, response }: Exchange): ReturnType<typeof taken> | undefined {
  if (overriding === undefined || response === undefined) return undefined;
  const context = { omitsContent: false, closes: false, minorVersion: 1, date: DATE };
  return taken(renderOverride(overriding, response, context));
}

/** A piece of the request's content passes. */
export const passRequestContent = (exchange: Exchange, content: Buffer): void =>
  exchange.requestContent(content, 0, content.length);

/** A piece of the response's content passes. */
export const passResponseContent = (exchange: Exchange, content: Buffer): void =>
  exchange.responseContent(content, 0, content.length);
