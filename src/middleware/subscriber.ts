/*
 * The types that a subscriber is written with. They are declared without Node's own types, because the package has to
 * compile in a project that has no `@types/node`: declare nothing here that needs them, and import nothing that does.
 */

/** `Buffer` in a project that has Node's types, and `Uint8Array`, which every `Buffer` is, in one that has not. */
export type Bytes = typeof globalThis extends { Buffer: { alloc(size: number): infer NodeBuffer extends Uint8Array } }
  ? NodeBuffer
  : Uint8Array;

/** One field line: the name as it was spelled, the value without the white space around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/**
 * The field lines of a head, in the order in which they came. Names are compared without letter case. Values are Latin-1,
 * one character an octet (RFC 9110 §5.5).
 */
export interface Fields extends Iterable<Field> {
  /** All values of `name`, joined by `, ` (RFC 9110 §5.3); `undefined` if there is none. */
  get(name: string): string | undefined;
  /** The values of `name`, one for each line. */
  getAll(name: string): string[];
  has(name: string): boolean;
}

/** The head of a request, as it came. */
export interface RequestHeader {
  readonly method: string;
  /** The second word of the request line, with its query. */
  readonly requestTarget: string;
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
 * Called once with the head. A listener that declares a second parameter is called again for every piece of content
 * as it passes, without the transfer coding. `data` is a copy of its own: a listener may keep, change or transfer it.
 * A promise (or another thenable) that the listener returns is not waited for; its rejection is reported.
 */
export type Listen<Header> = (header: Header, data?: Bytes) => unknown;

/**
 * A response in place of the target's. The target's status and fields stay where the page has none, except the fields
 * that describe the target's content.
 */
export interface Page {
  /** From 200 to 999, as a number or as its three digits; default: the target's. */
  readonly status?: number | string;
  /** Each value is text, or an array of texts for a field with several lines. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>> | Iterable<Field>;
  /**
   * Text, sent as UTF-8, or bytes: a `Buffer`, a `Uint8Array` or any other view of an `ArrayBuffer`, of which the bytes
   * that it covers are sent. They are copied when `override` is called.
   */
  readonly content: string | ArrayBufferView;
}

/** One exchange, as a subscriber sees it. */
export interface SubscriberExchange {
  readonly request: {
    /** @throws TypeError if `listener` is no function. */
    listen(listener: Listen<RequestHeader>): void;
  };
  readonly response: {
    /** @throws TypeError if `listener` is no function. */
    listen(listener: Listen<ResponseHeader>): void;
    /**
     * Answers in place of the target: with a whole raw response as text or bytes, however sloppy, or with a {@link Page}.
     * The client receives a correct response to its request.
     * @throws TypeError that names the part of `page` that is wrong. The response stays the target's.
     * @throws Error if the exchange is overridden already, or if the head of its response has been sent.
     */
    override(page: string | ArrayBufferView | Page): void;
  };
}

/**
 * Called once for each exchange, when the head of its request is complete. A promise (or another thenable) that it
 * returns is not waited for; its rejection is reported.
 */
export type Subscriber = (exchange: SubscriberExchange) => unknown;

/**
 * Subscribers by the names under which their failures are reported. `onError` is no such name: it is an option of the
 * ambassador, and a function of that name among the subscribers would otherwise be called with exchanges.
 */
export type Subscribers = Readonly<Record<string, Subscriber>> & { readonly onError?: never };

/**
 * Receives the name of a subscriber and the value that it threw or its promise was rejected with: any value, not only an
 * `Error`. If it fails itself, both failures are written to standard error.
 */
export type OnSubscriberError = (subscriber: string, error: unknown) => unknown;
