import { type ClientSide } from './client-side';
import { type ExchangeQueue } from './exchange-queue';
import { type TargetSide } from './target-side';
import { type Termination } from './termination';

/**
 * The end of a tunnel, in two steps or one. `finishing`: the client has had its last answer and FIN, and what either side
 * still sends is thrown away, within bounds, so that both can read and write in peace; `closed`: nothing is left.
 */
export class Parting {
  readonly #client: ClientSide;
  readonly #target: TargetSide;
  readonly #queue: ExchangeQueue;
  readonly #maxDiscardBytes: number;
  readonly #onClosed: () => void;
  #stage: 'none' | 'finishing' | 'closed' = 'none';
  #discardedBytes = 0;
  #hasTargetEnded = false;

  constructor(
    sides: { readonly client: ClientSide; readonly target: TargetSide },
    queue: ExchangeQueue,
    maxDiscardBytes: number,
    onClosed: () => void,
  ) {
    this.#client = sides.client;
    this.#target = sides.target;
    this.#queue = queue;
    this.#maxDiscardBytes = maxDiscardBytes;
    this.#onClosed = onClosed;
  }

  get hasBegun(): boolean {
    return this.#stage !== 'none';
  }

  get hasTargetEnded(): boolean {
    return this.#hasTargetEnded;
  }

  /** The client gets FIN; requests that have no answer by now get none, and it can tell. */
  finish(now: number): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'finishing';
    this.#queue.endAll('target-closed', now);
    this.#client.end();
    this.#target.resume();
    if (!this.#target.isConnected) this.#target.leave(false);
    this.clientGone();
  }

  /** Both connections end here and now. `withReset`: neither peer may take what it has for the whole. */
  cut(termination: Termination, withReset: boolean, now: number): void {
    this.#queue.endAll(termination, now);
    if (this.#stage === 'closed') return;
    this.#stage = 'closed';
    this.#target.leave(withReset);
    this.#client.leave(withReset);
    this.#onClosed();
  }

  /** Throws away what the target still sends, unless it is more than a peaceful end is worth. */
  discard(bytes: Buffer): void {
    this.#discardedBytes += bytes.length;
    if (this.#discardedBytes > this.#maxDiscardBytes) this.dropTarget();
  }

  dropTarget(): void {
    this.#target.leave(true);
    this.targetEnded();
  }

  /** Nothing more will come from the target. */
  targetEnded(): void {
    this.#hasTargetEnded = true;
    this.clientGone();
  }

  /** A client that is gone waits for nothing; the target may finish what it is sending. */
  clientGone(): void {
    const isTargetDone = this.#hasTargetEnded || !this.#target.isConnected;
    if (this.#stage === 'finishing' && this.#client.isGone && isTargetDone) this.cut('ok', false, 0);
  }
}
