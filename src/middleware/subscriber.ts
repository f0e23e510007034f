/*
 * The types that a subscriber is written with. They are declared without Node's own types, because the package has to
 * compile in a project that has no `@types/node`: declare nothing here that needs them, and import nothing that does.
 */

/** `Buffer` in a project that has Node's types, otherwise `Uint8Array`. Every `Buffer` is a `Uint8Array`. */
export type Bytes = typeof globalThis extends { Buffer: { alloc(size: number): infer NodeBuffer extends Uint8Array } }
  ? NodeBuffer
  : Uint8Array;

/** One field line. */
export interface Field {
  /** The name, in the letter case in which it was received. */
  readonly name: string;
  /** The value, without the white space around it. */
  readonly value: string;
}

/**
 * The field lines of a head, in the order in which they were received. Names are case-insensitive. Values are Latin-1, one
 * character per octet (RFC 9110 §5.5).
 */
export interface Fields extends Iterable<Field> {
  /** All values of `name`, joined by `, ` (RFC 9110 §5.3); `undefined` if there is none. */
  get(name: string): string | undefined;
  /** The values of `name`, one for each line. */
  getAll(name: string): string[];
  /** Whether there is a line with this name. */
  has(name: string): boolean;
}

/** The head of a request, as it was received. */
export interface RequestHeader {
  /** The method, in its letter case: `'GET'`. */
  readonly method: string;
  /** The second word of the request line, with its query. */
  readonly requestTarget: string;
  /** `'1.0'` or `'1.1'`. */
  readonly version: string;
  /** The field lines. */
  readonly fields: Fields;
}

/** The head of a final response, as the target sent it. */
export interface ResponseHeader {
  /** Three digits, as text: `'404'`. */
  readonly status: string;
  /** The reason phrase. It may be empty. */
  readonly message: string;
  /** `'1.0'` or `'1.1'`. */
  readonly version: string;
  /** The field lines. */
  readonly fields: Fields;
}

/**
 * A listener. It is called once with the head. A listener that declares a second parameter is called again for each piece of
 * content, without the transfer coding. `data` is a copy: a listener may keep, change or transfer it. A promise (or another
 * thenable) that the listener returns is not awaited; its rejection is reported.
 */
export type Listen<Header> = (header: Header, data?: Bytes) => unknown;

/**
 * A response that replaces the target's. A status or field that the page does not have is taken from the target's response,
 * except the fields that describe the target's content.
 */
export interface Page {
  /** The status, from 200 to 999, as a number or as its three digits. Default: the target's. */
  readonly status?: number | string;
  /** The fields by name, or as a list. An array of values gives a field with several lines. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>> | Iterable<Field>;
  /**
   * The content: text, which is sent as UTF-8, or bytes. Bytes are a `Buffer`, a `Uint8Array` or any other view of an
   * `ArrayBuffer`; those that the view covers are sent. They are copied when `override` is called.
   */
  readonly content: string | ArrayBufferView;
}

/** One exchange, as a subscriber receives it. */
export interface SubscriberExchange {
  readonly request: {
    /**
     * Adds a listener for the request.
     * @throws TypeError if `listener` is not a function.
     */
    listen(listener: Listen<RequestHeader>): void;
  };
  readonly response: {
    /**
     * Adds a listener for the final response of the target.
     * @throws TypeError if `listener` is not a function.
     */
    listen(listener: Listen<ResponseHeader>): void;
    /**
     * Replaces the target's response with a complete raw response, as text or bytes, or with a {@link Page}. A raw response may
     * have irregular lines and wrong lengths: the client receives a correct response to its request.
     * @throws TypeError that names the part of `page` that is wrong. The target's response is then sent.
     * @throws Error if the exchange is already overridden, or if the head of its response has been sent.
     */
    override(page: string | ArrayBufferView | Page): void;
  };
}

/**
 * A function that is called once for each exchange, when the head of its request is complete. A promise (or another thenable)
 * that it returns is not awaited; its rejection is reported.
 */
export type Subscriber = (exchange: SubscriberExchange) => unknown;

/**
 * Subscribers by name. Their failures are reported under these names. `onError` is not allowed as a name: it is an option of
 * the ambassador, and a function with that name would otherwise be called with exchanges.
 */
export type Subscribers = Readonly<Record<string, Subscriber>> & { readonly onError?: never };

/**
 * A function that receives the name of a subscriber and the value that it threw, or that its promise was rejected with: any
 * value, not only an `Error`. If the function fails itself, both failures are written to standard error.
 */
export type OnSubscriberError = (subscriber: string, error: unknown) => unknown;
