import { isPast, type Mode, type Remainder, type TunnelParts } from './mode';

/** How long a client may go on sending after our last answer, and a target after its last wanted byte. */
const LINGER_MS = 5_000;

/**
 * The client has had its last answer, and FIN behind it. What either side still sends is thrown away, within bounds: a
 * client that is cut off while it sends would lose the answer that it has not read, and a service that is cut off while it
 * writes would log an error that is none.
 */
export class PartingMode implements Mode {
  readonly #parts: TunnelParts;
  /** When the client had its whole answer, as far as is known. */
  #sinceMs: number;
  #discardedBytes = 0;
  #isTargetDone = false;

  constructor(parts: TunnelParts, remainder: Remainder) {
    const { client, target } = parts;
    this.#parts = parts;
    this.#sinceMs = parts.context.now();
    if (remainder === 'nothing') client.close();
    else client.end();
    target.resume();
    if (!target.isConnected || (remainder === 'nothing' && target.isFlushed)) this.#leaveTarget();
    else if (remainder !== 'response') target.end();
  }

  clientBytes(): void {
    // Thrown away.
  }

  clientEnded(): void {
    // Its socket closes by itself once it has our last byte.
  }

  clientGone(): void {
    if (this.#isTargetDone) this.#parts.cut('ok', false);
  }

  targetBytes(bytes: Buffer): void {
    this.#discardedBytes += bytes.length;
    if (this.#discardedBytes > this.#parts.context.settings.maxDiscardBytes) this.#leaveTarget();
  }

  targetEnded(): void {
    this.#parts.target.end();
  }

  targetDrained(): void {
    // Nobody is waiting to send.
  }

  targetFailed(): void {
    this.targetGone();
  }

  targetGone(): void {
    this.#isTargetDone = true;
    if (this.#parts.client.isGone) this.#parts.cut('ok', false);
  }

  checkDeadlines(now: number): void {
    const { client } = this.#parts;
    const { progressTimeoutMs } = this.#parts.context.settings;
    // A slow client may take any time for the rest of its response, as long as it takes some of it.
    if (isPast(now, client.waitingSinceMs(now, progressTimeoutMs), progressTimeoutMs))
      this.#parts.cut('client-stalled', true);
    else if (!client.isGone && !client.isFlushed) this.#sinceMs = now;
    else if (isPast(now, this.#sinceMs, LINGER_MS)) this.#parts.cut('ok', false);
  }

  evict(): void {
    this.#parts.cut('ok', !this.#parts.client.isFlushed);
  }

  drain(): void {
    // The connection closes already.
  }

  #leaveTarget(): void {
    this.#parts.target.leave(false);
    this.targetGone();
  }
}
