import { type ExchangeObserver } from '../tunnel/exchange-observer';

/** An observer with a name, under which its errors are reported. */
export interface Middleware extends ExchangeObserver {
  readonly name: string;
}

/** Receives what a middleware threw. The exchange continues without it. */
export type OnMiddlewareError = (middleware: string, error: unknown) => void;

/** One observer that calls all middleware in the order of the array. An error affects neither the others nor the bytes. */
export function compose(middleware: readonly Middleware[], onError: OnMiddlewareError): Required<ExchangeObserver> {
  const onEvent = <View>(handlerOf: (one: Middleware) => Handler<View> | undefined): Handler<View> =>
    callAll(
      middleware.flatMap((one) => {
        const handle = handlerOf(one);
        return handle === undefined ? [] : [{ name: one.name, handle }];
      }),
      onError,
    );
  return {
    onRequest: onEvent(({ onRequest }) => onRequest),
    onResponse: onEvent(({ onResponse }) => onResponse),
    onEnd: onEvent(({ onEnd }) => onEnd),
  };
}

type Handler<View> = (exchange: View) => void;

function callAll<View>(
  handlers: readonly { readonly name: string; readonly handle: Handler<View> }[],
  onError: OnMiddlewareError,
): Handler<View> {
  return function callHandlers(exchange) {
    for (const { name, handle } of handlers) {
      try {
        handle(exchange);
      } catch (error) {
        onError(name, error);
      }
    }
  };
}
