import { type RequestFault, type ResponseFault } from '../http1/fault';
import { type Override } from '../http1/response-writer';
import { type RequestHead, targetOf } from '../http1/request-head';
import { type ResponseHead } from '../http1/response-head';
import { type Termination } from './termination';

/** What a connection speaks as far as we looked: HTTP/1.x, or what its first bytes show it to be instead. */
export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'h2' | 'tls' | 'unknown';

/** The client connection that an exchange belongs to. */
export interface Connection {
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** What opened an exchange: a whole head; a connection we pass through unread; or a request we refused. */
export type Opening =
  | { readonly kind: 'request'; readonly head: RequestHead }
  | { readonly kind: 'opaque'; readonly protocol: 'h2' | 'tls' }
  | { readonly kind: 'refused'; readonly method: string; readonly target: string };

/** Receives content bytes, the transfer coding taken off. The bytes are ours: copy what is to be kept. */
export type ContentListener = (content: Buffer) => void;

/**
 * One request and its one final response, and the record of it: logs, metrics and the live page all read this object.
 * Only the tunnel changes it; it ends exactly once, and nothing changes after that.
 * Times are milliseconds of the monotonic clock; 0 stands for "has not happened".
 */
export class Exchange {
  readonly connection: Connection;
  readonly opening: Opening;
  readonly startedAtMs: number;
  /** Connecting to the target, retries included; 0 for all but the first exchange of a connection. */
  connectMs = 0;
  /** When the first byte of the final response came from the target, or we made one up. */
  firstByteAtMs = 0;
  endedAtMs = 0;
  /** The target's final response head, as it came. */
  response: ResponseHead | undefined;
  /** The status that the client was sent; 0 where it was sent none. */
  sentStatus = 0;
  /** The rule that a refused request, or a response that became a 502, violates; `line` is bounded in length. */
  violation: { readonly rule: RequestFault | ResponseFault; readonly line: string } | undefined;
  /** Trailer lines of the request that were not forwarded. */
  discardedTrailers = 0;
  /** Bytes received from the client, and of them content. */
  requestBytes = 0;
  requestContentBytes = 0;
  /** Bytes handed to the client's socket, and of them content. Interim responses count. */
  responseBytes = 0;
  responseContentBytes = 0;
  /** 101, or a 2xx to CONNECT: the bytes that follow are another protocol's, and are counted but not read. */
  isSwitched = false;
  /** `undefined` until the exchange has ended. */
  termination: Termination | undefined;
  requestContentListener: ContentListener | undefined;
  responseContentListener: ContentListener | undefined;
  #override: Override | undefined;

  constructor(connection: Connection, opening: Opening, startedAtMs: number) {
    this.connection = connection;
    this.opening = opening;
    this.startedAtMs = startedAtMs;
  }

  get request(): RequestHead | undefined {
    return this.opening.kind === 'request' ? this.opening.head : undefined;
  }

  /** Empty where no request line was understood. */
  get method(): string {
    if (this.opening.kind === 'request') return this.opening.head.method;
    return this.opening.kind === 'refused' ? this.opening.method : '';
  }

  /** The request target as it was sent, query and all, Latin-1; empty where none was understood. */
  get target(): string {
    if (this.opening.kind === 'request') return targetOf(this.opening.head);
    return this.opening.kind === 'refused' ? this.opening.target : '';
  }

  get protocol(): Protocol {
    if (this.opening.kind === 'opaque') return this.opening.protocol;
    if (this.opening.kind === 'refused') return 'unknown';
    return this.opening.head.minorVersion === 0 ? 'HTTP/1.0' : 'HTTP/1.1';
  }

  /** The status that the target answered with; 0 where it gave none. */
  get targetStatus(): number {
    return this.response?.statusCode ?? 0;
  }

  /** Our answer in place of the target's. It is decided by the time the response head goes out. */
  get overriding(): Override | undefined {
    return this.#override;
  }

  get isOverridden(): boolean {
    return this.#override !== undefined;
  }

  /**
   * Answers with `override` in place of the target's response.
   * @throws Error when the exchange is overridden already, or its response head has gone out.
   */
  override(override: Override): void {
    if (this.#override !== undefined)
      throw new Error('this exchange is already overridden: a request has one response');
    if (this.sentStatus !== 0 || this.termination !== undefined) {
      throw new Error('too late to override: the head of the response has already been sent');
    }
    this.#override = override;
  }
}
