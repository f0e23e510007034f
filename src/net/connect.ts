import { type BufferAccount, type TakeBytes } from './read-buffer';
import { type TunnelSettings } from '../tunnel/settings';
import { TargetSocket } from './target-socket';
import { type TargetFailure } from '../tunnel/termination';

const FIRST_RETRY_MS = 25;
const LONGEST_RETRY_MS = 250;

/** An attempt to reach the target, which can be given up. */
export interface Attempt {
  abandon(): void;
}

/** How an attempt ends: exactly one of the two is called, unless it is abandoned. */
export interface Connecting {
  /** Receives the bytes that the target sends on the connection. */
  readonly take: TakeBytes;
  /** The account that the connection's read buffer is charged to. */
  readonly account: BufferAccount;
  connected(socket: TargetSocket): void;
  failed(failure: TargetFailure, cause: NodeJS.ErrnoException): void;
}

/**
 * Connects to the target. A refused connection is tried again for a short while: in a pod that starts, the service's
 * port opens a moment after ours. Nothing has been sent yet, so trying again can do no harm.
 */
export function connectTarget(settings: TunnelSettings, now: () => number, outcome: Connecting): Attempt {
  const giveUpAt = now() + settings.connectRetryWindowMs;
  let delay = FIRST_RETRY_MS;
  let retry: NodeJS.Timeout | undefined;
  let socket = attempt();

  function attempt(): TargetSocket {
    const candidate = new TargetSocket(outcome.take, outcome.account);
    candidate.connect({ host: settings.targetHost, port: settings.targetPort });
    candidate.once('error', failed);
    candidate.once('connect', () => {
      candidate.off('error', failed);
      outcome.connected(candidate);
    });
    return candidate;
  }

  function failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'ECONNREFUSED' && now() + delay <= giveUpAt) {
      retry = setTimeout(() => (socket = attempt()), delay);
      delay = Math.min(2 * delay, LONGEST_RETRY_MS);
    } else outcome.failed(failureOf(error), error);
  }

  return {
    abandon() {
      clearTimeout(retry);
      socket.off('error', failed);
      socket.on('error', () => undefined); // it is nobody's concern any more how this attempt ends
      socket.destroy();
    },
  };
}

const FAILURES: ReadonlyMap<string, TargetFailure> = new Map([
  ['ECONNREFUSED', 'target-refused'],
  ['ETIMEDOUT', 'connect-timeout'],
  ['ECONNRESET', 'target-reset'],
]);

/** With several addresses for a name Node reports all failures in one, with the code of the first. */
function failureOf({ code = '' }: NodeJS.ErrnoException): TargetFailure {
  return FAILURES.get(code) ?? 'target-unreachable';
}
