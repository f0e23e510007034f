import { type AddressInfo } from 'node:net';
import { type Field, Fields } from './http1/fields';
import { type Override, createOverride } from './http1/override';
import { type RequestHead, fieldsOf, targetOf } from './http1/request-head';
import { type ResponseHead, reasonOf } from './http1/response-head';
import { parseSloppyResponse } from './http1/sloppy-response';
import { createStderrLog } from './log/stderr-log';
import { type Stage, createChain } from './middleware/chain';
import { renderAnswer } from './pages/own-answers';
import { type Exchange } from './tunnel/exchange';
import { Listener } from './tunnel/listener';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from './tunnel/settings';

export { Fields, type Field };

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
 * passes, the transfer coding taken off; the bytes are only lent: copy what is to be kept.
 */
export type Listen<Header> = (header: Header, data?: Buffer) => void;

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

/** Called once an exchange, when the head of its request is whole. */
export type Subscriber = (exchange: SubscriberExchange) => void;

export interface AmbassadorOptions {
  /** Where to listen; 0 lets the system choose. */
  readonly port: number | string;
  /** The target's port. */
  readonly target: number | string;
  /** The address to bind; default: every address, IPv6 and IPv4. */
  readonly host?: string;
  /** Default: 127.0.0.1. */
  readonly targetHost?: string;
  /** Limits and timeouts other than the defaults. */
  readonly settings?: Partial<Omit<TunnelSettings, 'targetHost' | 'targetPort'>>;
  /** Hears of a subscriber that threw; default: a line on stderr. */
  readonly onError?: (subscriber: string, error: unknown) => void;
}

/** A tunnel that is open. */
export interface TunnelHandle {
  readonly address: AddressInfo;
  /** Stops accepting and lets what is under way finish, for at most `timeoutMs` (default 25 s). */
  drain(timeoutMs?: number): Promise<void>;
}

const DEFAULT_DRAIN_TIMEOUT_MS = 25_000;

/** A tunnel from `port` to `target` that named subscribers look into. */
export class Ambassador {
  readonly #options: AmbassadorOptions;
  readonly #port: number;
  readonly #target: number;

  /** @throws TypeError for a port that is none. */
  constructor(options: AmbassadorOptions) {
    this.#options = options;
    this.#port = parsePort('port', options.port, 0);
    this.#target = parsePort('target', options.target, 1);
  }

  /**
   * Opens the tunnel. Without subscribers it is a plain one.
   * @throws NodeJS.ErrnoException when the port cannot be listened on.
   */
  async tunnel(subscribers: Readonly<Record<string, Subscriber>>): Promise<TunnelHandle> {
    const { host, targetHost = DEFAULT_TUNNEL_SETTINGS.targetHost, settings, onError = reportError() } = this.#options;
    const stages = Object.entries(subscribers).map(([name, subscriber]) => subscriberStage(name, subscriber, onError));
    const listener = new Listener({
      settings: { ...DEFAULT_TUNNEL_SETTINGS, ...settings, targetHost, targetPort: this.#target },
      chain: createChain(stages, onError),
      render: ({ status, reason, sentence }, accept) => renderAnswer(status, reason, sentence, accept),
      onProblem: (error) => onError('ambassador', error),
    });
    const address = await listener.start(this.#port, host);
    return {
      address,
      async drain(timeoutMs = DEFAULT_DRAIN_TIMEOUT_MS) {
        await listener.drain(timeoutMs);
      },
    };
  }
}

function parsePort(name: string, value: number | string, lowest: number): number {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= lowest && port <= 65_535) return port;
  throw new TypeError(`${name} must be a port number from ${lowest} to 65535, not ${JSON.stringify(value)}`);
}

function reportError(): (subscriber: string, error: unknown) => void {
  const logger = createStderrLog();
  return (subscriber, error) => logger.error({ subscriber, error }, 'a subscriber failed');
}

type OnError = (subscriber: string, error: unknown) => void;

/** One subscriber as a link of the chain; its response listeners wait here for the response of their exchange. */
function subscriberStage(name: string, subscriber: Subscriber, onError: OnError): Stage {
  const listeners = new WeakMap<Exchange, ((head: ResponseHead) => void)[]>();
  const guarded = (listener: (content: Buffer) => void) => (content: Buffer) => {
    try {
      listener(content);
    } catch (error) {
      onError(name, error);
    }
  };
  return {
    name,
    onRequest(exchange) {
      const waiting: ((head: ResponseHead) => void)[] = [];
      listeners.set(exchange, waiting);
      subscriber({
        request: {
          listen(listener) {
            if (exchange.request === undefined) return;
            const header = requestHeader(exchange.request);
            if (listener.length > 1) {
              const content = guarded((data) => listener(header, data));
              exchange.requestContentListener = both(exchange.requestContentListener, content);
            }
            listener(header);
          },
        },
        response: {
          listen(listener) {
            const hear = (head: ResponseHead): void => {
              const header = responseHeader(head);
              if (listener.length > 1) {
                const content = guarded((data) => listener(header, data));
                exchange.responseContentListener = both(exchange.responseContentListener, content);
              }
              listener(header);
            };
            if (exchange.response === undefined) waiting.push(hear);
            else hear(exchange.response);
          },
          override: (page) => exchange.override(pageOverride(page)),
        },
      });
    },
    onResponse(exchange) {
      const { response } = exchange;
      if (response !== undefined) for (const hear of listeners.get(exchange) ?? []) hear(response);
    },
  };
}

type ContentListener = (content: Buffer) => void;

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
  if (Symbol.iterator in fields) yield* fields as Iterable<Field>;
  else {
    for (const [name, values] of Object.entries(fields as Record<string, string | readonly string[]>)) {
      for (const value of typeof values === 'string' ? [values] : values) yield { name, value };
    }
  }
}
