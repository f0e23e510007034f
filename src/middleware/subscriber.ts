import { isPromise } from 'node:util/types';
import { type Field, type Fields } from '../http1/fields';
import { type Override, createOverride } from '../http1/override';
import { type RequestHead, fieldsOf, targetOf } from '../http1/request-head';
import { type ResponseHead, reasonOf } from '../http1/response-head';
import { parseSloppyResponse } from '../http1/sloppy-response';
import { type ContentListener, type Exchange } from '../tunnel/exchange';
import { type Stage } from './chain';

/** The head of a request, as it came. */
export interface RequestHeader {
  readonly method: string;
  /** The second word of the request line, query and all. */
  readonly target: string;
  /** `'1.0'` or `'1.1'`. */
  readonly version: string;
  readonly fields: Fields;
}

/** The head of a final response, as the target sent it. */
export interface ResponseHeader {
  /** Three digits, as text: `'404'`. */
  readonly status: string;
  /** The reason phrase; may be empty. */
  readonly message: string;
  readonly version: string;
  readonly fields: Fields;
}

/**
 * Called once with the head. A listener that declares a second parameter is called again for every piece of content as it
 * passes, the transfer coding taken off; the bytes are only lent: copy what is to be kept. Nobody waits for one that is async.
 */
export type Listen<Header> = (header: Header, data?: Buffer) => unknown;

/** A response of one's own: what is left out is the target's. `content` as text is UTF-8. */
export interface Page {
  /** From 200 to 999; default: the target's. */
  readonly status?: number | string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>> | Iterable<Field>;
  readonly content: string | Buffer;
}

/** One exchange, as a subscriber sees it. */
export interface SubscriberExchange {
  readonly request: { listen(listener: Listen<RequestHeader>): void };
  readonly response: {
    listen(listener: Listen<ResponseHeader>): void;
    /**
     * Answers in place of the target: with a whole raw response, however sloppy, or with a {@link Page}. What goes out is a
     * correct response to this request.
     * @throws Error when called twice, or when the head of the response has gone out.
     * @throws TypeError when the page cannot be understood.
     */
    override(page: string | Buffer | Page): void;
  };
}

/** Called once an exchange, when the head of its request is whole. Nobody waits for one that is async. */
export type Subscriber = (exchange: SubscriberExchange) => unknown;

/** Hears of a subscriber that threw, by its name. */
export type OnSubscriberError = (subscriber: string, error: unknown) => void;

/** What one subscriber has asked for in one exchange. */
type WaitingListener = (head: ResponseHead) => void;

/** A subscriber as a link of the chain; its response listeners wait here for the response of their exchange. */
export function subscriberStage(name: string, subscriber: Subscriber, onError: OnSubscriberError): Stage {
  const waiting = new WeakMap<Exchange, WaitingListener[]>();
  const guard = createGuard(name, onError);
  return {
    name,
    onRequest(exchange) {
      const listeners: WaitingListener[] = [];
      waiting.set(exchange, listeners);
      const outcome = subscriber({
        request: { listen: (listener) => hearRequest(exchange, listener, guard) },
        response: {
          listen(listener) {
            const hear = responseHearing(exchange, listener, guard);
            if (exchange.response === undefined) listeners.push(hear);
            else hear(exchange.response);
          },
          override: (page) => exchange.override(pageOverride(page)),
        },
      });
      guard.outcome(outcome);
    },
    onResponse(exchange) {
      const { response } = exchange;
      if (response !== undefined) for (const hear of waiting.get(exchange) ?? []) hear(response);
    },
  };
}

/** Hears of what a subscriber throws where the chain cannot. */
interface Guard {
  /** Content is heard in the midst of relaying it: what a listener throws must not get there. */
  readonly content: (listener: (content: Buffer) => unknown) => ContentListener;
  /** What was called may be async: a rejection that nobody hears of would end the process. */
  readonly outcome: (outcome: unknown) => void;
}

function createGuard(name: string, onError: OnSubscriberError): Guard {
  const outcome = (returned: unknown): void => {
    if (isPromise(returned)) returned.catch((error: unknown) => onError(name, error));
  };
  return {
    outcome,
    content: (listener) => (content) => {
      try {
        outcome(listener(content));
      } catch (error) {
        onError(name, error);
      }
    },
  };
}

function hearRequest(exchange: Exchange, listener: Listen<RequestHeader>, guard: Guard): void {
  if (exchange.request === undefined) return;
  const header = requestHeader(exchange.request);
  if (listener.length > 1) {
    const content = guard.content((data) => listener(header, data));
    exchange.requestContentListener = both(exchange.requestContentListener, content);
  }
  guard.outcome(listener(header));
}

const responseHearing =
  (exchange: Exchange, listener: Listen<ResponseHeader>, guard: Guard): WaitingListener =>
  (head) => {
    const header = responseHeader(head);
    if (listener.length > 1) {
      const content = guard.content((data) => listener(header, data));
      exchange.responseContentListener = both(exchange.responseContentListener, content);
    }
    guard.outcome(listener(header));
  };

const both = (first: ContentListener | undefined, second: ContentListener): ContentListener =>
  first === undefined
    ? second
    : (content) => {
        first(content);
        second(content);
      };

const requestHeader = (head: RequestHead): RequestHeader => ({
  method: head.method,
  target: targetOf(head),
  version: `1.${head.minorVersion}`,
  fields: fieldsOf(head),
});

const responseHeader = (head: ResponseHead): ResponseHeader => ({
  status: String(head.statusCode),
  message: reasonOf(head),
  version: `1.${head.minorVersion}`,
  fields: fieldsOf(head),
});

function pageOverride(page: string | Buffer | Page): Override {
  if (typeof page === 'string' || Buffer.isBuffer(page)) {
    const { fields, ...response } = parseSloppyResponse(page);
    // A date that was written into a page is not the date of this answer.
    const dateless = fields.filter(({ name }) => name.toLowerCase() !== 'date');
    return createOverride({ ...response, fields: dateless, keepsFields: false, encoding: 'latin1' });
  }
  const content = typeof page.content === 'string' ? Buffer.from(page.content) : page.content;
  const status = page.status === undefined ? {} : { status: Number(page.status) };
  return createOverride({ ...status, fields: [...listFields(page.fields)], content, keepsFields: true });
}

function* listFields(fields: Page['fields']): Generator<Field, void> {
  if (fields === undefined) return;
  if (isIterable(fields)) yield* fields;
  else {
    for (const [name, values] of Object.entries(fields)) {
      for (const value of typeof values === 'string' ? [values] : values) yield { name, value };
    }
  }
}

const isIterable = (fields: NonNullable<Page['fields']>): fields is Iterable<Field> => Symbol.iterator in fields;
