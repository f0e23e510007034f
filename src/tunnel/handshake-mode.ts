import { checkHello } from '../http1/check-hello';
import { H2_PREFACE, type Preface } from '../http1/detect-protocol';
import { answersPreface } from '../http1/preface-answer';
import { ERROR_RESPONSES, writeErrorResponse } from './error-responses';
import { type Exchange } from './exchange';
import { ReceiveBuffer } from './receive-buffer';
import { isPast, type Mode, type TunnelParts } from './mode';
import { enterOpaque } from './opaque-mode';
import { MAX_HELD_BYTES } from './request-relay';
import { type TargetFailure } from './termination';

const NOTHING = Buffer.alloc(0);

/**
 * The client has begun to speak TLS or HTTP/2, and the target has not answered in that protocol yet. Until it does, the target receives
 * nothing that a client could choose and a lenient HTTP server could execute as a request, which would pass unmonitored:
 *
 * - The preface of HTTP/2 is identical for all clients, and servers answer it without waiting for the client's SETTINGS frame
 *   (RFC 9113 §3.4). The preface is forwarded; the frames after it are held.
 * - A ClientHello can contain whole requests, in its random bytes, its session id and its extensions. Of ten HTTP servers that were
 *   tried, eight executed them (eventlet, gevent, cheroot, waitress, Twisted, Tornado, Werkzeug, WEBrick), with and without a version
 *   in the request line, so no pattern can tell such a hello from random bytes. The target therefore answers a ClientHello of the ambassador
 *   first ({@link checkHello}), on a connection that is then dropped, unless it has proved lately that it speaks TLS.
 */
export class HandshakeMode implements Mode {
  readonly #parts: TunnelParts;
  readonly #exchange: Exchange;
  readonly #protocol: Preface['protocol'];
  readonly #preface: Buffer;
  readonly #held: ReceiveBuffer;
  #isChecking: boolean;
  #sinceMs: number;
  /** The beginning of the target's answer, while it is too short to be judged. */
  #answer: Buffer = NOTHING;

  /** `bytes` are all that the client has sent; the preface stands first. */
  constructor(parts: TunnelParts, exchange: Exchange, preface: Preface, bytes: Buffer) {
    this.#parts = parts;
    this.#held = new ReceiveBuffer(parts.account);
    this.#exchange = exchange;
    this.#protocol = preface.protocol;
    this.#preface = preface.protocol === 'h2' ? H2_PREFACE : Buffer.from(bytes.subarray(0, preface.length));
    this.#sinceMs = parts.activeAtMs;
    this.#isChecking = preface.protocol === 'tls' && !parts.context.tlsProof.isValidAt(parts.activeAtMs);
    exchange.received(preface.length);
    this.#hold(bytes.subarray(preface.length));
    this.#send(this.#isChecking && preface.protocol === 'tls' ? checkHello(preface.serverName) : this.#preface);
  }

  clientBytes(bytes: Buffer): void {
    this.#hold(bytes);
  }

  /** An orderly end is relayed once the target has answered. */
  clientEnded(): void {
    if (this.#parts.client.wasReset) this.clientGone();
  }

  clientGone(): void {
    this.#parts.abort('client-aborted', true);
  }

  targetBytes(bytes: Buffer): void {
    const answer = Buffer.concat([this.#answer, bytes]);
    const isAnswered = answersPreface(this.#protocol, answer);
    if (isAnswered === undefined) this.#answer = answer;
    else if (!isAnswered) this.#refuse();
    else if (this.#isChecking) this.#endCheck();
    else this.#open(answer);
  }

  targetEnded(): void {
    const { target } = this.#parts;
    if (target.wasReset) this.targetFailed('target-reset');
    else if (this.#answer.length > 0) this.#refuse();
    else {
      this.#revokeProof();
      this.#parts.closeGracefully('requests');
    }
  }

  targetDrained(): void {
    // The client is paused only because of held bytes, which wait for the target's answer.
  }

  targetFailed(failure: TargetFailure): void {
    this.#revokeProof();
    this.#parts.abort(failure, true);
  }

  targetGone(): void {
    // `targetEnded` has handled the end of the target.
  }

  /** The answer may take as long as a response head, and as long as a client's head where response heads have no limit. */
  checkTimeouts(now: number): void {
    const { context, target, client, activeAtMs } = this.#parts;
    const { connectTimeoutMs, halfCloseTimeoutMs, responseTimeoutMs, headerTimeoutMs } = context.settings;
    if (isPast(now, target.connectingSinceMs, connectTimeoutMs)) this.targetFailed('connect-timeout');
    else if (isPast(now, this.#sinceMs, responseTimeoutMs || headerTimeoutMs)) this.targetFailed('response-timeout');
    else if (client.hasEnded && isPast(now, activeAtMs, halfCloseTimeoutMs)) this.#parts.abort('idle-timeout', true);
  }

  evict(): void {
    this.#parts.abort('memory-exhausted', true);
  }

  drain(): void {
    // As in opaque mode: only the peers know when they have finished.
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#exchange.received(bytes.length);
    this.#held.append(bytes);
    if (this.#held.length > MAX_HELD_BYTES) this.#parts.client.pause();
  }

  #send(bytes: Buffer): void {
    const { target } = this.#parts;
    target.open();
    target.write(bytes, 0, bytes.length);
  }

  /** The target speaks TLS: the client's own hello opens a connection of its own. */
  #endCheck(): void {
    const { context, target, activeAtMs } = this.#parts;
    context.tlsProof.renew(activeAtMs);
    this.#isChecking = false;
    this.#sinceMs = activeAtMs;
    target.restart();
    this.#send(this.#preface);
  }

  #open(answer: Buffer): void {
    const { context, client, target, activeAtMs } = this.#parts;
    if (this.#protocol === 'tls') context.tlsProof.renew(activeAtMs);
    this.#exchange.sent(answer.length);
    if (!client.send(answer, 0, answer.length)) target.pause();
    enterOpaque(this.#parts, this.#held.take());
  }

  #revokeProof(): void {
    if (this.#protocol === 'tls') this.#parts.context.tlsProof.revoke();
  }

  /**
   * The target speaks something else, most likely HTTP/1.1. Nothing of its answer is relayed: it answers bytes that the client did not
   * send. The client gets an authored response, which clients of TLS and HTTP/2 name in their errors ("wrong version number",
   * "server gave HTTP response to HTTPS client").
   */
  #refuse(): void {
    const { context, client, target, queue, eventAtMs } = this.#parts;
    this.#revokeProof();
    target.destroy(false);
    const response = writeErrorResponse(
      this.#exchange,
      ERROR_RESPONSES['protocol-mismatch'],
      context.render,
      eventAtMs,
    );
    client.send(response, 0, response.length);
    queue.endFirst('rejected:protocol-mismatch', eventAtMs);
    this.#parts.closeGracefully('requests');
  }
}
