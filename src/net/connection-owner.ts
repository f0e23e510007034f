import { type MemoryAccount } from '../memory/memory-budget';
import { type TargetAddress } from './target-address';
import { type WriteBatcher } from './write-batcher';

/** How long a connection is silent before the kernel asks whether the peer is still there. */
export const TCP_KEEP_ALIVE_MS = 60_000;

/** The owner of the two connections of one tunnel. It is called directly, which saves a closure for each event. */
export interface ConnectionOwner {
  readonly context: ConnectionContext;
  readonly account: MemoryAccount;
  /**
   * The memory of a read can be reused when the other connection is flushed. Its pending writes may use this read or an earlier
   * one, in every mode of the tunnel.
   */
  readonly client: { readonly isFlushed: boolean };
  readonly target: { readonly isFlushed: boolean };
  /** Called for each event of a peer, before the event. */
  onActive(): void;
  /** Called when there is room again after `ClientConnection.send` returned false. */
  onClientDrained(): void;
  /** Called with the time that connecting to the target took, retries included. */
  onTargetConnected(tookMs: number): void;
}

/** The parts that the connections of all tunnels share. */
interface ConnectionContext {
  readonly batcher: WriteBatcher;
  readonly settings: TargetAddress;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Receives the error of a target that cannot be reached for another reason than a refused connection. */
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
}
