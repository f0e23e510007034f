import { type RequestHead, fieldsOf, requestTargetOf } from '../http1/request-head';
import { type ResponseHead, reasonOf } from '../http1/response-head';
import { type ContentListener, type OpenExchange } from '../tunnel/exchange';
import { isRecord, wrongArgument } from './argument';
import { type Middleware } from './compose';
import { type FailureReport, reportRejection } from './failure-report';
import { type Listen, type RequestHeader, type ResponseHeader, type Subscriber } from './subscriber';
import { renderPage } from './subscriber-page';

/** A response listener of one exchange that waits for the head. */
type WaitingListener = (head: ResponseHead) => void;

/** Calls a function of the subscriber. An error, thrown now or later, is reported and never reaches the caller. */
type Guard = <Args extends readonly unknown[]>(call: (...args: Args) => unknown, ...args: Args) => void;

/**
 * Makes a stage of each subscriber. Checks first what would otherwise fail with the first request, or be ignored.
 * @throws TypeError that names the subscriber that is wrong.
 */
export function subscriberStages(subscribers: unknown, report: FailureReport): readonly Middleware[] {
  if (!isRecord(subscribers)) {
    throw wrongArgument('subscribers', 'an object of functions such as { notFound({ response }) { … } }', subscribers);
  }
  if (!isPlain(subscribers)) {
    throw new TypeError(
      'subscribers must be a plain object: functions of a class, a Map or a prototype are not called',
    );
  }
  return Object.entries(subscribers).map(([name, subscriber]) => {
    if (name === 'onError') throw new TypeError('onError is no subscriber: give it to new Ambassador({ …, onError })');
    if (!isSubscriber(subscriber)) throw wrongArgument(`the subscriber ${name}`, 'a function', subscriber);
    return subscriberStage(name, subscriber, report);
  });
}

/** Whether an object has no prototype with properties of its own. Every realm has its own `Object.prototype`. */
function isPlain(record: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(record);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const isSubscriber = (value: unknown): value is Subscriber => typeof value === 'function';

/** A subscriber as a stage of the chain. Its response listeners wait here for the response of their exchange. */
function subscriberStage(name: string, subscriber: Subscriber, report: FailureReport): Middleware {
  const waiting = new WeakMap<OpenExchange, WaitingListener[]>();
  const guard = createGuard(name, report);
  return {
    name,
    onRequest(exchange) {
      const listeners: WaitingListener[] = [];
      waiting.set(exchange, listeners);
      guard(subscriber, {
        request: {
          listen(listener) {
            checkListener('request.listen', listener);
            hearRequest(exchange, listener, guard);
          },
        },
        response: {
          listen(listener) {
            checkListener('response.listen', listener);
            const hear = responseHearing(exchange, listener, guard);
            if (exchange.response === undefined) listeners.push(hear);
            else hear(exchange.response);
          },
          override(page) {
            exchange.override(renderPage(page));
          },
        },
      });
    },
    onResponse(exchange) {
      const { response } = exchange;
      if (response !== undefined) for (const hear of waiting.get(exchange) ?? []) hear(response);
    },
  };
}

function createGuard(name: string, report: FailureReport): Guard {
  const fail = (error: unknown): void => report(name, error);
  return (call, ...args) => {
    try {
      reportRejection(call(...args), fail);
    } catch (error) {
      fail(error);
    }
  };
}

function checkListener(place: string, listener: unknown): void {
  if (typeof listener !== 'function') {
    throw wrongArgument(`the listener of ${place}`, 'a function (header, data?) => …', listener);
  }
}

function hearRequest(exchange: OpenExchange, listener: Listen<RequestHeader>, guard: Guard): void {
  if (exchange.request === undefined) return;
  const header = requestHeader(exchange.request);
  if (wantsContent(listener)) {
    exchange.listenToRequest(contentHearing(listener, header, guard));
  }
  guard(listener, header);
}

function responseHearing(exchange: OpenExchange, listener: Listen<ResponseHeader>, guard: Guard): WaitingListener {
  const hasContent = wantsContent(listener);
  return (head) => {
    const header = responseHeader(head);
    if (hasContent) {
      exchange.listenToResponse(contentHearing(listener, header, guard));
    }
    guard(listener, header);
  };
}

const wantsContent = (listener: Listen<never>): boolean => listener.length > 1;

/**
 * The bytes belong to the tunnel, which forwards them after this call and then reads into them again. The listener gets a
 * copy, so that nothing it does to them, now or later, changes what is forwarded.
 */
const contentHearing =
  <Header>(listener: Listen<Header>, header: Header, guard: Guard): ContentListener =>
  (content) => {
    const copy = Buffer.allocUnsafeSlow(content.length);
    content.copy(copy);
    guard(listener, header, copy);
  };

const requestHeader = (head: RequestHead): RequestHeader => ({
  method: head.method,
  requestTarget: requestTargetOf(head),
  version: `1.${head.minorVersion}`,
  fields: fieldsOf(head),
});

const responseHeader = (head: ResponseHead): ResponseHeader => ({
  status: String(head.statusCode),
  message: reasonOf(head),
  version: `1.${head.minorVersion}`,
  fields: fieldsOf(head),
});
