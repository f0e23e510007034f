import { type AddressInfo } from 'node:net';
import { createStderrLog } from './log/stderr-log';
import { createChain } from './middleware/chain';
import { type OnSubscriberError, type Subscriber, subscriberStage } from './middleware/subscriber';
import { renderAnswer } from './pages/own-answers';
import { Listener } from './tunnel/listener';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from './tunnel/settings';

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
  readonly onError?: OnSubscriberError;
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
   * @throws TypeError for a subscriber that is no function.
   * @throws NodeJS.ErrnoException when the port cannot be listened on.
   */
  async tunnel(subscribers: Readonly<Record<string, Subscriber>>): Promise<TunnelHandle> {
    const { host, targetHost = DEFAULT_TUNNEL_SETTINGS.targetHost, settings, onError = reportError() } = this.#options;
    const stages = Object.entries(subscribers).map(([name, subscriber]) =>
      subscriberStage(name, checkSubscriber(name, subscriber), onError),
    );
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
  // JSON would show a number that is none as null.
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  throw new TypeError(`${name} must be a port number from ${lowest} to 65535, not ${shown}`);
}

/** Where no compiler looks, it would otherwise be found out with the first request. */
function checkSubscriber(name: string, subscriber: unknown): Subscriber {
  if (isFunction(subscriber)) return subscriber;
  throw new TypeError(`the subscriber ${name} must be a function, not ${typeof subscriber}`);
}

const isFunction = (value: unknown): value is Subscriber => typeof value === 'function';

function reportError(): OnSubscriberError {
  const logger = createStderrLog();
  return (subscriber, error) => logger.error({ subscriber, error }, 'a subscriber failed');
}
