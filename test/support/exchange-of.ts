import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { createOverride } from '../../src/http1/response-writer';
import { RequestHeadParser } from '../../src/http1/request-head-parser';
import { ResponseHeadParser } from '../../src/http1/response-head-parser';
import { type ClientAddress } from '../../src/net/accept';
import { Exchange, type ExchangeStart } from '../../src/tunnel/exchange';

type Counted = 'connectMs' | 'requestBytes' | 'requestContentBytes' | 'responseBytes' | 'responseContentBytes';

type Noted = 'isSwitched' | 'sentStatus' | 'termination' | 'violation';

/** An exchange as the tunnel leaves it behind. Times are milliseconds from its start. */
export interface Ended extends Partial<Pick<Exchange, Counted | Noted>> {
  readonly start?: ExchangeStart;
  /** The whole head of the request, Latin-1. Default: a plain GET of `/`. */
  readonly request?: string;
  /** Field lines for the default request. */
  readonly fields?: readonly string[];
  /** The status that the target answered with; 0: it gave none. Default: 200. */
  readonly targetStatus?: number;
  readonly isOverridden?: boolean;
  readonly clientAddress?: string;
  readonly firstByteMs?: number;
  readonly durationMs?: number;
}

const STARTED_AT_MS = 1000;

export function opened(ended: Ended = {}): Exchange {
  const client: ClientAddress = { clientAddress: ended.clientAddress ?? '192.0.2.7', clientPort: 4711 };
  return new Exchange(client, ended.start ?? requested(ended), STARTED_AT_MS);
}

function requested({ request, fields = [] }: Ended): ExchangeStart {
  const text = request ?? ['GET / HTTP/1.1', 'Host: example.test', ...fields, '', ''].join('\r\n');
  const bytes = Buffer.from(text, 'latin1');
  const parser = new RequestHeadParser(DEFAULT_HEAD_LIMITS);
  const head = parser.parse(bytes, 0, bytes.length);
  if (typeof head === 'number') throw new Error(`a test gave a request that is refused: ${parser.fault}`);
  return { kind: 'request', head };
}

const BY_DEFAULT = {
  isOverridden: false,
  connectMs: 0,
  firstByteMs: 1,
  durationMs: 2,
  requestBytes: 38,
  requestContentBytes: 0,
  responseBytes: 120,
  responseContentBytes: 20,
  isSwitched: false,
} as const;

/** Ends what {@link opened} has opened. */
export function end(exchange: Exchange, ended: Ended = {}): Exchange {
  const targetStatus = ended.targetStatus ?? (exchange.request === undefined ? 0 : 200);
  const { isOverridden, firstByteMs, durationMs, ...counted } = { ...BY_DEFAULT, ...ended };
  if (targetStatus !== 0) respond(exchange, targetStatus);
  if (isOverridden) exchange.override(createOverride({ keepsFields: true, fields: [], content: Buffer.from('page') }));
  exchange.connected(counted.connectMs);
  exchange.received(counted.requestBytes);
  exchange.requestContent(Buffer.alloc(counted.requestContentBytes), 0, counted.requestContentBytes);
  exchange.sent(counted.responseBytes, counted.responseContentBytes);
  if (counted.isSwitched) exchange.switched();
  exchange.sentHead(ended.sentStatus ?? targetStatus, STARTED_AT_MS + firstByteMs);
  if (ended.violation !== undefined) exchange.violates(ended.violation.rule, ended.violation.line);
  exchange.end(ended.termination ?? 'ok', STARTED_AT_MS + durationMs);
  return exchange;
}

export const exchangeOf = (ended: Ended = {}): Exchange => end(opened(ended), ended);

/** The target's final response head arrives. */
export function respond(exchange: Exchange, statusCode: number): void {
  const bytes = Buffer.from(`HTTP/1.1 ${statusCode} Reason\r\nContent-Length: 20\r\n\r\n`, 'latin1');
  const parser = new ResponseHeadParser(DEFAULT_HEAD_LIMITS);
  const head = parser.parse(bytes, 0, bytes.length, exchange.method);
  if (typeof head === 'number') throw new Error(`a test gave a response that is refused: ${parser.fault}`);
  exchange.responded(head, STARTED_AT_MS);
}
