import { type RequestFault, type ResponseFault } from '../http1/fault';
import { type RequestHead, requestTargetOf } from '../http1/request-head';
import { type ResponseHead } from '../http1/response-head';
import { type Override } from '../http1/response-writer';
import { type ClientAddress } from '../net/accept';
import { type Termination } from './termination';

/** The protocol of a connection: HTTP/1.x, or the protocol that its first bytes belong to. */
export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'h2' | 'tls' | 'unknown';

/** The start of an exchange: a complete request head; a connection in another protocol; or a request that was refused. */
export type ExchangeStart =
  | { readonly kind: 'request'; readonly head: RequestHead }
  | { readonly kind: 'opaque'; readonly protocol: 'h2' | 'tls' }
  | { readonly kind: 'refused'; readonly method: string; readonly requestTarget: string };

/** The rule that a refused request, or a response that became a 502, violates; `line` is bounded in length. */
export interface Violation {
  readonly rule: RequestFault | ResponseFault;
  readonly line: string;
}

/** Receives content without its transfer coding. The memory is reused after the call: copy what you need. */
export type ContentListener = (content: Buffer) => void;

/** An exchange as observers see it: the log, the metrics and the live page read this record. */
export type ExchangeRecord = Readonly<Omit<Exchange, Writer | Hook>>;

/** An exchange as middleware sees it: a record, with the hooks that change its response or receive its content. */
export type OpenExchange = ExchangeRecord & Pick<Exchange, Hook>;

type Hook = 'override' | 'listenToRequest' | 'listenToResponse';

type Writer =
  | 'connected'
  | 'received'
  | 'requestContent'
  | 'trailerDiscarded'
  | 'violates'
  | 'responded'
  | 'sentHead'
  | 'sent'
  | 'responseContent'
  | 'switched'
  | 'end';

/**
 * One request and its one final response. The tunnel reports each step by a method; it ends exactly once, and does not change
 * afterwards. Times are milliseconds of the monotonic clock; 0 means that the event has not happened.
 */
export class Exchange {
  readonly client: ClientAddress;
  readonly start: ExchangeStart;
  /** When the head of the request was complete; of a pipelined request that waited, when it arrived. */
  readonly startedAtMs: number;
  /** The part of the duration for which a pipelined request waited until it was read. */
  readonly queuedMs: number;
  #connectMs = 0;
  #firstByteAtMs = 0;
  #endedAtMs = 0;
  #response: ResponseHead | undefined;
  #override: Override | undefined;
  #sentStatus = 0;
  #violation: Violation | undefined;
  #discardedTrailers = 0;
  #requestBytes = 0;
  #requestContentBytes = 0;
  #responseBytes = 0;
  #responseContentBytes = 0;
  #isSwitched = false;
  #termination: Termination | undefined;
  #requestListener: ContentListener | undefined;
  #responseListener: ContentListener | undefined;

  constructor(client: ClientAddress, start: ExchangeStart, startedAtMs: number, queuedMs = 0) {
    this.client = client;
    this.start = start;
    this.startedAtMs = startedAtMs;
    this.queuedMs = queuedMs;
  }

  get request(): RequestHead | undefined {
    return this.start.kind === 'request' ? this.start.head : undefined;
  }

  /** Empty where the request line was not understood. */
  get method(): string {
    if (this.start.kind === 'request') return this.start.head.method;
    return this.start.kind === 'refused' ? this.start.method : '';
  }

  /** The request target as it was sent, with its query, Latin-1 (RFC 9112 §3.2); empty where it was not understood. */
  get requestTarget(): string {
    if (this.start.kind === 'request') return requestTargetOf(this.start.head);
    return this.start.kind === 'refused' ? this.start.requestTarget : '';
  }

  get protocol(): Protocol {
    if (this.start.kind === 'opaque') return this.start.protocol;
    if (this.start.kind === 'refused') return 'unknown';
    return this.start.head.minorVersion === 0 ? 'HTTP/1.0' : 'HTTP/1.1';
  }

  /** The time that connecting to the target took, retries included; 0 for all but the first exchange of a connection. */
  get connectMs(): number {
    return this.#connectMs;
  }

  connected(tookMs: number): void {
    this.#connectMs = tookMs;
  }

  /** When the first byte of the final response came from the target, or an authored response was written. */
  get firstByteAtMs(): number {
    return this.#firstByteAtMs;
  }

  get endedAtMs(): number {
    return this.#endedAtMs;
  }

  /** Bytes received from the client. */
  get requestBytes(): number {
    return this.#requestBytes;
  }

  received(bytes: number): void {
    this.#requestBytes += bytes;
  }

  /** Content bytes received from the client, without the transfer coding. */
  get requestContentBytes(): number {
    return this.#requestContentBytes;
  }

  requestContent(bytes: Buffer, from: number, to: number): void {
    this.#requestContentBytes += to - from;
    this.#requestListener?.(bytes.subarray(from, to));
  }

  /** Trailer lines of the request that were not forwarded. */
  get discardedTrailers(): number {
    return this.#discardedTrailers;
  }

  trailerDiscarded(): void {
    this.#discardedTrailers++;
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  violates(rule: RequestFault | ResponseFault, line: string): void {
    this.#violation = { rule, line };
  }

  /** The target's final response head, as it came. */
  get response(): ResponseHead | undefined {
    return this.#response;
  }

  /** The status of the target's response; 0 where there was none. */
  get targetStatus(): number {
    return this.#response?.statusCode ?? 0;
  }

  responded(head: ResponseHead, atMs: number): void {
    this.#response = head;
    this.#firstByteAtMs = atMs;
  }

  /** The status that was sent to the client; 0 where none was. */
  get sentStatus(): number {
    return this.#sentStatus;
  }

  /** `authoredAtMs`: the ambassador wrote the response, and when. */
  sentHead(status: number, authoredAtMs?: number): void {
    this.#sentStatus = status;
    if (authoredAtMs !== undefined) this.#firstByteAtMs = authoredAtMs;
  }

  /** Bytes passed to the client's socket, interim responses included. */
  get responseBytes(): number {
    return this.#responseBytes;
  }

  /** Of the bytes, `contentBytes` are content. */
  sent(bytes: number, contentBytes = 0): void {
    this.#responseBytes += bytes;
    this.#responseContentBytes += contentBytes;
  }

  /** Content bytes passed to the client's socket, without the transfer coding. */
  get responseContentBytes(): number {
    return this.#responseContentBytes;
  }

  responseContent(bytes: Buffer, from: number, to: number): void {
    this.#responseContentBytes += to - from;
    this.#responseListener?.(bytes.subarray(from, to));
  }

  /** Whether the connection switched protocols (101, or a 2xx to CONNECT): the bytes that follow are counted and not parsed. */
  get isSwitched(): boolean {
    return this.#isSwitched;
  }

  switched(): void {
    this.#isSwitched = true;
  }

  listenToRequest(listener: ContentListener): void {
    this.#requestListener = withListener(this.#requestListener, listener);
  }

  listenToResponse(listener: ContentListener): void {
    this.#responseListener = withListener(this.#responseListener, listener);
  }

  /** The response in place of the target's. Decided before the response head is sent. */
  get overriding(): Override | undefined {
    return this.#override;
  }

  get isOverridden(): boolean {
    return this.#override !== undefined;
  }

  /**
   * Responds with `override` in place of the target's response.
   * @throws Error when the exchange is overridden already, or its response head has been sent.
   */
  override(override: Override): void {
    if (this.#override !== undefined)
      throw new Error('this exchange is already overridden: a request has one response');
    if (this.#sentStatus !== 0 || this.#termination !== undefined) {
      throw new Error('too late to override: the head of the response has already been sent');
    }
    this.#override = override;
  }

  /** `undefined` until the exchange has ended. */
  get termination(): Termination | undefined {
    return this.#termination;
  }

  /** @throws Error when the exchange has ended already. */
  end(termination: Termination, atMs: number): void {
    if (this.#termination !== undefined) throw new Error(`the exchange has already ended: ${this.#termination}`);
    this.#endedAtMs = atMs;
    this.#termination = termination;
  }
}

/** The listeners behind each function that {@link withListener} has returned. */
const LISTENERS = new WeakMap<ContentListener, ContentListener[]>();

/** One function for all listeners of a content. It keeps a list: functions that call each other would exhaust the stack. */
function withListener(present: ContentListener | undefined, added: ContentListener): ContentListener {
  if (present === undefined) return added;
  const known = LISTENERS.get(present);
  if (known !== undefined) {
    known.push(added);
    return present;
  }
  const listeners = [present, added];
  const callAll: ContentListener = (content) => {
    // A copy of the list: a listener that is added during a call receives the next piece first.
    for (const listener of listeners.slice()) listener(content);
  };
  LISTENERS.set(callAll, listeners);
  return callAll;
}
