import { ERROR_RESPONSES, writeErrorResponse } from './error-responses';
import { type Exchange } from './exchange';
import { type ExpectedInput, type TunnelParts } from './mode';
import { type RequestRelay } from './request-relay';
import { type ResponseRelay } from './response-relay';
import { type Consequence } from './target-failure';
import { type Rejection, type TargetFailure, type Termination } from './termination';

/**
 * `serving`: exchanges are read and relayed. `answered-early`: the first exchange has its complete response, the last of the
 * connection, and its request is still arriving. `over`: neither relay reads further.
 */
type Phase = 'serving' | 'answered-early' | 'over';

/** A request that is refused. It waits for its turn: responses are sent in the order of the requests. */
interface Refusal {
  readonly exchange: Exchange;
  readonly rejection: Rejection;
}

/**
 * Ends the exchanges of a connection that speaks HTTP, and the connection with the last of them. After the end neither relay
 * reads further, and every exchange has been ended exactly once, a refused one as refused.
 */
export class HttpEnding {
  readonly #parts: TunnelParts;
  readonly #requests: RequestRelay;
  readonly #responses: ResponseRelay;
  #phase: Phase = 'serving';
  #sendsAhead = false;
  #refusal: Refusal | undefined;

  constructor(parts: TunnelParts, requests: RequestRelay, responses: ResponseRelay) {
    this.#parts = parts;
    this.#requests = requests;
    this.#responses = responses;
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  get isAnsweredEarly(): boolean {
    return this.#phase === 'answered-early';
  }

  /** Whether a request was refused: it is the last one that is read from the connection. */
  get isRefusing(): boolean {
    return this.#refusal !== undefined;
  }

  /** The client sent a request before it had received the last response. */
  clientSendsAhead(): void {
    this.#sendsAhead = true;
  }

  /** The first exchange has its complete response, and its request is still arriving. */
  answerEarly(): void {
    this.#phase = 'answered-early';
    this.#parts.client.end();
  }

  /** Refuses a request when its turn comes. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.refuseIfDue();
  }

  /** Another mode takes the connection over. */
  handOver(): void {
    this.#phase = 'over';
  }

  /** Sends the error response for `failure`, the last on this connection. */
  #sendError(exchange: Exchange, failure: Rejection | TargetFailure, termination: Termination): void {
    this.#writeError(exchange, failure);
    this.endFirst(termination);
    this.closeGracefully();
  }

  /** Sends an error response, and closes at once: a client that lingers would keep its memory. */
  evict(exchange: Exchange): void {
    this.#writeError(exchange, 'memory-exhausted');
    this.#parts.target.destroy(true);
    this.abort('memory-exhausted', false);
  }

  /**
   * Ends the exchange that waited for a target connection that failed. Many services close a connection whose client has sent
   * FIN: the side that left first is the cause, and gets no error response.
   */
  endBroken(exchange: Exchange, failure: TargetFailure, consequence: Consequence): void {
    const isReaction = this.#parts.client.hasEnded && (failure === 'target-closed' || failure === 'target-reset');
    const cause = isReaction ? 'client-aborted' : failure;
    if (consequence === 'reset') this.#truncate(cause);
    else if (consequence === 'answer' && isReaction) this.#closeAbandoned();
    else if (consequence === 'answer') this.#sendError(exchange, failure, failure);
    else {
      const truncation = exchange.sentStatus === 0 || isReaction ? cause : 'target-truncated';
      this.endFirst(consequence === 'whole' ? 'ok' : truncation);
      this.closeGracefully();
    }
  }

  /** Answers the refused request if it is the oldest. */
  refuseIfDue(): void {
    if (this.#refusal === undefined || this.#parts.queue.first !== this.#refusal.exchange) return;
    const { exchange, rejection } = this.#refusal;
    // The target has part of this message, and must not take it for a complete one.
    if (exchange.start.kind === 'request') this.#parts.target.destroy(true);
    if (this.isAnsweredEarly) this.endAnsweredEarly(`rejected:${rejection}`);
    else if (exchange.sentStatus === 0) this.#sendError(exchange, rejection, `rejected:${rejection}`);
    else this.#truncate(`rejected:${rejection}`);
  }

  /** The client has its response, and FIN after it; the rest of its request is of no use. */
  endAnsweredEarly(termination: Termination): void {
    this.endFirst(termination);
    this.closeGracefully();
  }

  #writeError(exchange: Exchange, failure: Rejection | TargetFailure): void {
    const { client, context, eventAtMs } = this.#parts;
    const response = writeErrorResponse(exchange, ERROR_RESPONSES[failure], context.render, eventAtMs);
    client.send(response, 0, response.length);
  }

  completeFirst(): void {
    this.#parts.queue.completeFirst('ok', this.#parts.eventAtMs);
  }

  endFirst(termination: Termination): void {
    this.#parts.queue.endFirst(termination, this.#parts.eventAtMs);
  }

  /** Closes both connections. The client left first, and the target reacted: no response is needed. */
  #closeAbandoned(): void {
    const { queue, eventAtMs } = this.#parts;
    this.#endUnanswered('client-aborted');
    queue.endAll('client-aborted', eventAtMs);
    this.closeGracefully();
  }

  /** Closes both connections after the bytes that were sent. */
  closeGracefully(expected: ExpectedInput = 'requests'): void {
    const rest = this.#responses.isInResponse ? 'response' : expected;
    this.#endUnanswered('target-closed');
    this.#stop();
    this.#parts.closeGracefully(rest);
  }

  /**
   * Shows the client that its response is incomplete: by RST, unless that could cut a response before it, which a client that
   * sends requests ahead may not have read, and the framing shows it as well.
   */
  #truncate(termination: Termination): void {
    if (!this.#sendsAhead || this.#responses.endsWithConnection) {
      this.abort(termination, true);
      return;
    }
    this.endFirst(termination);
    this.closeGracefully();
  }

  abort(termination: Termination, withReset: boolean): void {
    this.#endUnanswered(termination);
    this.#stop();
    this.#parts.abort(termination, withReset);
  }

  #stop(): void {
    this.#phase = 'over';
    this.#requests.stop();
    this.#responses.stop();
  }

  /** Ends the exchanges before a refused request, and the refused one as refused, if the connection ends before its turn. */
  #endUnanswered(termination: Termination): void {
    if (this.#refusal === undefined) return;
    const { queue, eventAtMs } = this.#parts;
    const { exchange, rejection } = this.#refusal;
    while (queue.first !== undefined && queue.first !== exchange) queue.endFirst(termination, eventAtMs);
    queue.endFirst(`rejected:${rejection}`, eventAtMs);
  }
}
