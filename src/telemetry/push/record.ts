import { reasonOf } from '../../http1/response-head';
import { type ExchangeRecord } from '../../tunnel/exchange';
import { barePath } from '../bare-path';
import { uriText } from '../access-log/escape';

/** An exchange as the fleet's dashboard knows it. The names are part of its protocol. */
export interface PushRecord {
  /** The request target without query and path parameters. */
  readonly endpoint: string;
  readonly method: string;
  /** As in a status line: both are text. */
  readonly response: { readonly status: string; readonly message: string };
  /** Milliseconds. */
  readonly time: number;
  /** Milliseconds of the epoch. */
  readonly started: number;
  /** Whether the path ends in an extension, as those of files do. */
  readonly file: boolean;
}

/** Methods and reason phrases are short, unless somebody makes them up. */
const MAX_METHOD_LENGTH = 32;
const MAX_MESSAGE_LENGTH = 128;
const EXTENSION = /\.[0-9a-z]+$/i;

/** `undefined` for what was no request, and for a request that got no answer: the dashboard has no word for it. */
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

/** The target's reason phrase; where it was not the target that answered, how the exchange ended. */
function messageOf({ response, sentStatus, termination = 'ok' }: ExchangeRecord): string {
  if (response?.statusCode === sentStatus) return reasonOf(response);
  return termination === 'ok' ? '' : termination;
}
