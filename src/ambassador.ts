import { type AmbassadorOptions, type CheckedOptions, checkTimeout, checkOptions } from './ambassador-options';
import { compose } from './middleware/compose';
import { createFailureReport } from './middleware/failure-report';
import { type Subscribers } from './middleware/subscriber';
import { subscriberStages } from './middleware/subscriber-stage';
import { renderAnswer } from './pages/error-content';
import { Listener } from './tunnel/listener';

/** The address that a tunnel listens on. */
export interface ListeningAddress {
  /** The IP address. */
  readonly address: string;
  /** `'IPv4'` or `'IPv6'`. */
  readonly family: string;
  /** The TCP port. */
  readonly port: number;
}

/** An open tunnel. */
export interface TunnelHandle {
  /** Where it listens. */
  readonly address: ListeningAddress;
  /**
   * Stops accepting, and finishes exchanges in flight for at most `timeoutMs` (default: 25 s). Then it aborts the rest.
   * @throws TypeError if `timeoutMs` is not a whole number of milliseconds. The promise is rejected with it.
   */
  drain(timeoutMs?: number): Promise<void>;
}

const DEFAULT_DRAIN_TIMEOUT_MS = 25_000;

/** A tunnel from `port` to `target` that shows its exchanges to named subscribers. */
export class Ambassador {
  readonly #options: CheckedOptions;

  /**
   * Checks the options. Opens nothing.
   * @throws TypeError that names the option that is wrong or unknown.
   */
  constructor(options: AmbassadorOptions) {
    this.#options = checkOptions(options);
  }

  /**
   * Opens the tunnel. Without subscribers it only relays.
   * @throws TypeError that names the subscriber that is not a function. The promise is rejected with it.
   * @throws Error with a `code` such as `EADDRINUSE` if the port cannot be opened. The promise is rejected with it.
   */
  async tunnel(subscribers: Subscribers): Promise<TunnelHandle> {
    const { port, host, settings, onError } = this.#options;
    const report = createFailureReport(onError);
    const listener = new Listener({
      settings,
      observer: compose(subscriberStages(subscribers, report), report),
      render: ({ status, reason, sentence }, accept) => renderAnswer(status, reason, sentence, accept),
      onProblem: (error) => report('ambassador', error),
    });
    const address = await listener.start(port, host);
    return {
      address,
      async drain(timeoutMs = DEFAULT_DRAIN_TIMEOUT_MS) {
        await listener.drain(checkTimeout('timeoutMs', timeoutMs));
      },
    };
  }
}
