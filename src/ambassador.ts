import { type AmbassadorOptions, type CheckedOptions, checkTimeout, checkOptions } from './ambassador-options';
import { compose } from './middleware/compose';
import { createFailureReport } from './middleware/failure-report';
import { type Subscribers } from './middleware/subscriber';
import { subscriberStages } from './middleware/subscriber-stage';
import { renderAnswer } from './pages/error-content';
import { Listener } from './tunnel/listener';

/** The address that a tunnel listens on. */
export interface ListeningAddress {
  readonly address: string;
  /** `'IPv4'` or `'IPv6'`. */
  readonly family: string;
  readonly port: number;
}

/** An open tunnel. */
export interface TunnelHandle {
  readonly address: ListeningAddress;
  /**
   * Stops accepting connections and lets exchanges in flight finish, for at most `timeoutMs` (default: 25 s). Others are aborted.
   * @throws TypeError if `timeoutMs` is no whole number of milliseconds.
   */
  drain(timeoutMs?: number): Promise<void>;
}

const DEFAULT_DRAIN_TIMEOUT_MS = 25_000;

/** A tunnel from `port` to `target` whose exchanges are shown to named subscribers. */
export class Ambassador {
  readonly #options: CheckedOptions;

  /** @throws TypeError that names the option that is wrong or unknown. */
  constructor(options: AmbassadorOptions) {
    this.#options = checkOptions(options);
  }

  /**
   * Opens the tunnel. Without subscribers it is a plain one.
   * @throws TypeError that names the subscriber that is no function.
   * @throws Error with a `code` such as `EADDRINUSE` if the port cannot be listened on.
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
