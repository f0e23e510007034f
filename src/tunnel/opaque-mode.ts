import { isPast, type Mode, type TunnelParts } from './mode';
import { type TargetFailure } from './termination';

/** Relays all further bytes without parsing them, first `held`: bytes that the client sent and the target has not received. */
export function enterOpaque(parts: TunnelParts, held: Buffer): void {
  const { client, target } = parts;
  if (held.length > 0) target.write(held, 0, held.length);
  if (target.isCongested) client.pause();
  else client.resume();
  if (client.hasEnded) target.end();
  parts.becomeOpaque();
}

/**
 * Another protocol than HTTP/1.x is spoken: bytes are relayed and counted for the one exchange that opened it, half-close
 * travels as half-close and reset as reset. The exchange ends when both halves have.
 */
export class OpaqueMode implements Mode {
  readonly #parts: TunnelParts;
  #hasTargetEnded = false;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
  }

  clientBytes(bytes: Buffer): void {
    const { queue, target, client } = this.#parts;
    queue.first?.received(bytes.length);
    target.write(bytes, 0, bytes.length);
    if (target.isCongested) client.pause();
  }

  clientEnded(): void {
    if (this.#parts.client.wasReset) {
      this.#parts.abort('client-aborted', true);
      return;
    }
    this.#parts.target.end();
    this.#endIfBothHave();
  }

  clientGone(): void {
    if (this.#hasTargetEnded && this.#parts.client.hasEnded) this.#parts.abort('ok', false);
    else this.#parts.abort('client-aborted', true);
  }

  targetBytes(bytes: Buffer): void {
    const { queue, target, client } = this.#parts;
    queue.first?.sent(bytes.length);
    if (!client.send(bytes, 0, bytes.length)) target.pause();
  }

  targetEnded(): void {
    if (this.#parts.target.wasReset) {
      this.targetFailed('target-reset');
      return;
    }
    this.#hasTargetEnded = true;
    this.#parts.client.end();
    this.#endIfBothHave();
  }

  targetDrained(): void {
    this.#parts.client.resume();
  }

  targetFailed(failure: TargetFailure): void {
    this.#parts.abort(failure, true);
  }

  targetGone(): void {
    // `clientEnded` and `targetEnded` have handled both ends.
  }

  checkTimeouts(now: number): void {
    const { context, target, client, activeAtMs } = this.#parts;
    const { connectTimeoutMs, halfCloseTimeoutMs } = context.settings;
    const isHalfClosed = client.hasEnded || this.#hasTargetEnded;
    if (isPast(now, target.connectingSinceMs, connectTimeoutMs)) this.#parts.abort('connect-timeout', true);
    else if (isHalfClosed && isPast(now, activeAtMs, halfCloseTimeoutMs)) this.#parts.abort('idle-timeout', true);
  }

  evict(): void {
    this.#parts.abort('memory-exhausted', true);
  }

  /** A drain lets other protocols continue until the drain timeout: only their peers know when they have finished. */
  drain(): void {
    // The drain timeout ends the tunnel.
  }

  /** Sent bytes may still be in the write queues, so the sockets close by themselves. */
  #endIfBothHave(): void {
    if (!this.#hasTargetEnded || !this.#parts.client.hasEnded) return;
    this.#parts.queue.endFirst('ok', this.#parts.eventAtMs);
    this.#parts.closeGracefully('requests');
  }
}
