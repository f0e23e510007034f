import { type BufferAccount } from '../memory/accounts';
import { type ReadHandler } from './read-buffer';
import { type TargetAddress } from './target-address';
import { TargetSocket } from './target-socket';

const FIRST_RETRY_MS = 25;
const LONGEST_RETRY_MS = 250;

/** A failure of a connection to the target. */
export type ConnectionFailure = 'target-refused' | 'target-unreachable' | 'connect-timeout' | 'target-reset';

/** An attempt to connect, which can be abandoned. */
export interface Attempt {
  abandon(): void;
}

/** Receives the result of an attempt: exactly one of `connected` and `failed` is called, unless the attempt is abandoned. */
export interface ConnectHandler {
  /** Receives the bytes that the target sends on the connection. */
  readonly onBytes: ReadHandler;
  /** The account that the connection's read buffer is charged to. */
  readonly account: BufferAccount;
  connected(socket: TargetSocket): void;
  failed(failure: ConnectionFailure, cause: NodeJS.ErrnoException): void;
}

/**
 * Connects to the target. Retries a refused connection within the retry window: in a pod that starts, the service's port opens
 * shortly after ours. Nothing has been sent yet, so a retry is safe.
 */
export function connectTarget(address: TargetAddress, now: () => number, handler: ConnectHandler): Attempt {
  const giveUpAt = now() + address.connectRetryWindowMs;
  let delay = FIRST_RETRY_MS;
  let retry: NodeJS.Timeout | undefined;
  let socket = attempt();

  function attempt(): TargetSocket {
    const candidate = new TargetSocket(handler.onBytes, handler.account);
    candidate.connect({ host: address.targetHost, port: address.targetPort });
    candidate.once('error', failed);
    candidate.once('connect', () => {
      candidate.off('error', failed);
      handler.connected(candidate);
    });
    return candidate;
  }

  function failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'ECONNREFUSED' && now() + delay <= giveUpAt) {
      retry = setTimeout(() => (socket = attempt()), delay);
      delay = Math.min(2 * delay, LONGEST_RETRY_MS);
    } else handler.failed(failureOf(error), error);
  }

  return {
    abandon() {
      clearTimeout(retry);
      socket.off('error', failed);
      socket.on('error', () => undefined); // errors after abandonment are ignored
      socket.destroy();
    },
  };
}

const FAILURES: ReadonlyMap<string, ConnectionFailure> = new Map([
  ['ECONNREFUSED', 'target-refused'],
  ['ETIMEDOUT', 'connect-timeout'],
  ['ECONNRESET', 'target-reset'],
]);

/** For a name with several addresses Node reports all failures in one error, with the code of the first. */
function failureOf({ code = '' }: NodeJS.ErrnoException): ConnectionFailure {
  return FAILURES.get(code) ?? 'target-unreachable';
}
