import { reasonOf } from '../../http1/response-head';
import { type ExchangeRecord } from '../../tunnel/exchange';
import { barePath } from '../bare-path';
import { uriText } from '../access-log/escape';

/** An exchange in the format of the dashboard. The names are part of its protocol. */
export interface PushRecord {
  /** The request target without query and path parameters. */
  readonly endpoint: string;
  readonly method: string;
  /** The status code and the reason phrase, both as text. */
  readonly response: { readonly status: string; readonly message: string };
  /** The duration in milliseconds. */
  readonly time: number;
  /** The start in milliseconds of the epoch. */
  readonly started: number;
  /** Whether the path ends in a file extension. */
  readonly file: boolean;
}

/** Limits of methods and reason phrases, which are normally short. */
const MAX_METHOD_LENGTH = 32;
const MAX_MESSAGE_LENGTH = 128;
const EXTENSION = /\.[0-9a-z]+$/i;

/**
 * Creates a record; returns `undefined` for an opaque connection and for a request without a response, which the
 * protocol of the dashboard cannot express.
 */
export function pushRecord(exchange: ExchangeRecord, nowEpochMs: number): PushRecord | undefined {
  const { method, sentStatus } = exchange;
  if (method === '' || sentStatus === 0) return undefined;
  const durationMs = exchange.endedAtMs - exchange.startedAtMs;
  // After a switch of protocols the connection may last for hours: the response was complete with its head.
  const timeMs = exchange.isSwitched ? exchange.firstByteAtMs - exchange.startedAtMs : durationMs;
  const endpoint = uriText(barePath(exchange.requestTarget));
  return {
    endpoint,
    method: method.slice(0, MAX_METHOD_LENGTH),
    response: { status: `${sentStatus}`, message: messageOf(exchange).slice(0, MAX_MESSAGE_LENGTH) },
    time: Math.round(timeMs * 1000) / 1000,
    started: Math.round(nowEpochMs - durationMs),
    file: EXTENSION.test(endpoint),
  };
}

/** Returns the target's reason phrase; if the response is not the target's, the termination of the exchange. */
function messageOf({ response, sentStatus, termination = 'ok' }: ExchangeRecord): string {
  if (response?.statusCode === sentStatus) return reasonOf(response);
  return termination === 'ok' ? '' : termination;
}
