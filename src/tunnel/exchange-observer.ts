import { type Exchange } from './exchange';

/**
 * What runs beside the bytes: once when a request head is whole and nothing of it has been forwarded, once when the final
 * response head is whole and nothing of it has been sent (the last moment for {@link Exchange.override}), and once when the
 * exchange has ended, however it ended. A refused request and an opaque connection have no `onRequest` and `onResponse`.
 */
export interface Chain {
  onRequest(exchange: Exchange): void;
  onResponse(exchange: Exchange): void;
  onEnd(exchange: Exchange): void;
}
