import { NO_BODY } from '../http1/body-length';
import { type Exchange } from './exchange';
import { isPast, type ExpectedInput, type Mode, type TunnelParts } from './mode';

/** How long a client may go on sending after its last response, and a target after its last needed byte. */
const LINGER_MS = 5_000;

/** A response that fits into every client's receive buffer, so it arrives even if the client does not read it. */
const MAX_UNREAD_BYTES = 32 * 1024;

/**
 * Whether a connection can be closed right after its last exchange: the client sends nothing more (RFC 9112 §9.6), and had no
 * content to send, so no late byte of it can cause a reset that discards the response. Not after HEAD, because some targets
 * wrongly send content. Saves two system calls and a timer for each new connection.
 */
export const canCloseImmediately = ({ request, responseBytes, method }: Exchange): boolean =>
  request?.isPersistent === false && request.body === NO_BODY && method !== 'HEAD' && responseBytes <= MAX_UNREAD_BYTES;

/**
 * The client has its last response, and FIN after it. Input that still arrives is discarded, within limits (lingering close): a
 * client whose input caused a reset would lose a response that it has not read, and a service would log a write error.
 */
export class ClosingMode implements Mode {
  readonly #parts: TunnelParts;
  /** When the client had received its whole response, as far as is known. */
  #sinceMs: number;
  #discardedBytes = 0;
  #isTargetDone = false;

  constructor(parts: TunnelParts, expected: ExpectedInput) {
    const { client, target } = parts;
    this.#parts = parts;
    this.#sinceMs = parts.context.now();
    if (expected === 'nothing') client.close();
    else client.end();
    target.resume();
    if (!target.isConnected || (expected === 'nothing' && target.isFlushed)) this.#leaveTarget();
    else if (expected !== 'response') target.end();
  }

  /** Discards the bytes. */
  clientBytes(): void {
    // The client has its last response.
  }

  clientEnded(): void {
    // Node closes the socket after the last byte has been sent.
  }

  clientGone(): void {
    if (this.#isTargetDone) this.#parts.abort('ok', false);
  }

  targetBytes(bytes: Buffer): void {
    this.#discardedBytes += bytes.length;
    if (this.#discardedBytes > this.#parts.context.settings.maxDiscardBytes) this.#leaveTarget();
  }

  targetEnded(): void {
    this.#parts.target.end();
  }

  targetDrained(): void {
    // No input waits for the target.
  }

  targetFailed(): void {
    this.targetGone();
  }

  targetGone(): void {
    this.#isTargetDone = true;
    if (this.#parts.client.isGone) this.#parts.abort('ok', false);
  }

  checkTimeouts(now: number): void {
    const { client } = this.#parts;
    const { progressTimeoutMs } = this.#parts.context.settings;
    // A slow client may take any time for the rest of its response, as long as it makes progress.
    if (isPast(now, client.waitingSinceMs(now, progressTimeoutMs), progressTimeoutMs))
      this.#parts.abort('client-stalled', true);
    else if (!client.isGone && !client.isFlushed) this.#sinceMs = now;
    else if (isPast(now, this.#sinceMs, LINGER_MS)) this.#parts.abort('ok', false);
  }

  evict(): void {
    this.#parts.abort('ok', !this.#parts.client.isFlushed);
  }

  drain(): void {
    // The connection closes already.
  }

  #leaveTarget(): void {
    this.#parts.target.destroy(false);
    this.targetGone();
  }
}
