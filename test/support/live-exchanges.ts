import { createOverride } from '../../src/http1/response-writer';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { type RequestHead } from '../../src/http1/request-head';
import { RequestReader } from '../../src/http1/request-reader';
import { ResponseReader } from '../../src/http1/response-reader';
import { type ResponseHead } from '../../src/http1/response-head';
import { Exchange } from '../../src/tunnel/exchange';
import { type Termination } from '../../src/tunnel/termination';
import { type LiveFeed } from '../../src/telemetry/live/live-feed';
import { type LiveReader } from '../../src/telemetry/live/recorder';

/** What happens to a request; all but the target has a default. */
export interface Story {
  readonly target: string;
  readonly method?: string;
  readonly agent?: string;
  readonly targetStatus?: number;
  readonly status?: number;
  readonly isOverridden?: boolean;
  readonly firstByteMs?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly termination?: Termination;
}

/** Two of each class of answers, and two of four kinds of targets. */
export const STORIES: readonly Story[] = [
  { target: '/orders/1001?token=secret' },
  { target: '/orders/1002' },
  { target: '/old', targetStatus: 301 },
  { target: '/old', targetStatus: 302 },
  { target: '/none', targetStatus: 404, isOverridden: true },
  { target: '/none', targetStatus: 404, isOverridden: true },
  { target: '/down', targetStatus: 0, status: 503, termination: 'target-refused' },
  { target: '/down', targetStatus: 500 },
];

const CONNECTION = { clientAddress: '192.0.2.7', clientPort: 50_000 };
const PAGE = createOverride({ keepsFields: true, fields: [], content: Buffer.from('not here') });

/** Reads the client as telemetry does. */
export const reader: LiveReader = {
  clientOf: ({ client }) => client.clientAddress,
};

export function open({ target, method = 'GET', agent = 'test' }: Story, startedAtMs = performance.now()): Exchange {
  const head = requestHead(`${method} ${target} HTTP/1.1\r\nHost: example.test\r\nUser-Agent: ${agent}\r\n\r\n`);
  return new Exchange(CONNECTION, { kind: 'request', head }, startedAtMs);
}

export function end(exchange: Exchange, story: Omit<Story, 'target'> = {}): Exchange {
  const { targetStatus = 200, status = targetStatus, firstByteMs = 1, bytesIn = 100, bytesOut = 1000 } = story;
  const endedAtMs = exchange.startedAtMs + firstByteMs;
  if (targetStatus !== 0) exchange.responded(responseHead(targetStatus), endedAtMs);
  if (story.isOverridden === true) exchange.override(PAGE);
  exchange.received(bytesIn - exchange.requestBytes);
  exchange.sent(bytesOut - exchange.responseBytes);
  exchange.sentHead(status, status === 0 ? undefined : endedAtMs);
  exchange.end(story.termination ?? 'ok', endedAtMs);
  return exchange;
}

/** Whole exchanges, one after the other. */
export function play(live: Pick<LiveFeed, 'onRequest' | 'onEnd'>, ...stories: readonly Story[]): void {
  for (const story of stories) {
    const exchange = open(story);
    live.onRequest(exchange);
    live.onEnd(end(exchange, story), story.agent?.startsWith('kube-probe/'));
  }
}

/** A request that was refused, as the tunnel tells of it. */
export function refused(method: string, target: string): Exchange {
  const exchange = new Exchange(CONNECTION, { kind: 'refused', method, requestTarget: target }, performance.now());
  return end(exchange, { targetStatus: 0, status: 400, termination: 'rejected:bad-field-line', bytesIn: 10 });
}

function requestHead(text: string): RequestHead {
  const bytes = Buffer.from(text, 'latin1');
  const requests = new RequestReader(DEFAULT_HEAD_LIMITS);
  const step = requests.step(bytes, 0, bytes.length);
  if (step !== 'head' || requests.head === undefined)
    throw new Error(`the test wrote a bad request: ${requests.fault}`);
  return requests.head;
}

function responseHead(status: number): ResponseHead {
  const bytes = Buffer.from(`HTTP/1.1 ${status} Word\r\nContent-Length: 0\r\n\r\n`);
  const responses = new ResponseReader(DEFAULT_HEAD_LIMITS);
  responses.step(bytes, 0, bytes.length, 'GET');
  if (responses.head === undefined) throw new Error(`the test wrote a bad response: ${responses.fault}`);
  return responses.head;
}
