import { type Preface } from '../http1/detect-protocol';
import { type HeadArena } from '../http1/head-arena';
import { type MemoryAccount, type MemoryBudget } from '../memory/memory-budget';
import { type ClientConnection, type ClientEvents } from '../net/client-connection';
import { type TargetConnection, type TargetEvents } from '../net/target-connection';
import { type WriteBatcher } from '../net/write-batcher';
import { type RenderContent } from './error-responses';
import { type Exchange } from './exchange';
import { type ExchangeObserver } from './exchange-observer';
import { type ExchangeQueue } from './exchange-queue';
import { type OverrideCache } from './override-cache';
import { type TunnelSettings } from './settings';
import { type TargetFailure, type Termination } from './termination';
import { type TlsProof } from './tls-proof';

/** The parts that the relays of all tunnels share. */
export interface RelayContext {
  readonly settings: TunnelSettings;
  readonly heads: HeadArena;
  readonly overrides: OverrideCache;
  /** Counts bytes that were received and not relayed. */
  readonly discarded: { responseBytes: number };
}

/** The parts that all tunnels of one listener share. */
export interface TunnelContext extends RelayContext {
  readonly observer: ExchangeObserver;
  readonly render: RenderContent;
  readonly batcher: WriteBatcher;
  readonly budget: MemoryBudget;
  readonly tlsProof: TlsProof;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Receives an error that the operator can fix: a peer is not its cause. */
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
}

/**
 * The input that may still arrive when a tunnel closes: none; requests, or the rest of one; or also the rest of a response that
 * is discarded.
 */
export type ExpectedInput = 'nothing' | 'requests' | 'response';

/** The public members of a class, so that a test can implement them. */
type Members<T> = Pick<T, keyof T>;

/** The parts that the modes of one tunnel share. */
export interface TunnelParts {
  readonly context: TunnelContext;
  readonly client: Members<ClientConnection>;
  readonly target: Members<TargetConnection>;
  readonly queue: Members<ExchangeQueue>;
  readonly account: Members<MemoryAccount>;
  /** When a peer last sent bytes, ended or failed. */
  readonly activeAtMs: number;
  /** When the event happened that is being processed: an event of a peer, a timeout, an eviction or a drain. */
  readonly eventAtMs: number;
  readonly isDraining: boolean;
  /** The client has begun another protocol: `bytes`, all that it has sent, begin with the preface. The target must answer in it. */
  beginHandshake(exchange: Exchange, preface: Preface, bytes: Buffer): void;
  /** Relays all further bytes without parsing them. */
  becomeOpaque(): void;
  /** Closes both connections with FIN after the bytes that were sent. Unanswered requests are dropped. */
  closeGracefully(expected: ExpectedInput): void;
  /** Closes both connections now. `withReset`: neither peer may take what it has for a complete message. */
  abort(termination: Termination, withReset: boolean): void;
}

/** The state of a tunnel: it decides what each event of the two connections means. A tunnel never returns to an earlier mode. */
export interface Mode extends ClientEvents, TargetEvents {
  targetFailed(failure: TargetFailure): void;
  checkTimeouts(now: number): void;
  /** Closes the connection now, to free the memory that it holds. */
  evict(): void;
  /** Closes the connection after the exchanges that have begun; now where none has. */
  drain(): void;
}

/** Whether more than `timeoutMs` have passed; a time of 0 has not begun, a timeout of 0 never ends. */
export const isPast = (now: number, sinceMs: number, timeoutMs: number): boolean =>
  sinceMs > 0 && timeoutMs > 0 && now - sinceMs >= timeoutMs;
