import { type Preface } from '../http1/detect-protocol';
import { type RenderContent } from './error-responses';
import { type Chain } from './exchange-observer';
import { type ClientSide } from '../net/client-connection';
import { type Exchange } from './exchange';
import { type ExchangeQueue } from './exchange-queue';
import { type MemoryAccount, type MemoryBudget } from '../memory/memory-budget';
import { type Outbox } from '../net/write-batcher';
import { type TunnelSettings } from './settings';
import { type TargetSide } from '../net/target-connection';
import { type TargetFailure, type Termination } from './termination';
import { type TlsProof } from './tls-proof';

/** What all tunnels of one listener share. */
export interface TunnelContext {
  readonly settings: TunnelSettings;
  readonly chain: Chain;
  readonly render: RenderContent;
  readonly outbox: Outbox;
  readonly budget: MemoryBudget;
  readonly tlsProof: TlsProof;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Something that the operator should know: not the peer's fault. */
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
}

/**
 * What may still come when a tunnel parts: nothing; requests, or the rest of one; or besides them the rest of a response that
 * nobody wants.
 */
export type Remainder = 'nothing' | 'requests' | 'response';

/** What the modes of one tunnel share. */
export interface TunnelParts {
  readonly context: TunnelContext;
  readonly client: ClientSide;
  readonly target: TargetSide;
  readonly queue: ExchangeQueue;
  readonly account: MemoryAccount;
  /** When one of the peers last did something. */
  readonly activeAtMs: number;
  readonly isDraining: boolean;
  /** The client has begun another protocol: `bytes`, all that it has sent, begin with the preface. The target must answer in kind. */
  beginHandshake(exchange: Exchange, preface: Preface, bytes: Buffer): void;
  /** From here on bytes are relayed unread. */
  becomeOpaque(): void;
  /** Says goodbye to both peers. Requests that have no answer by now get none, and the client can tell. */
  finish(remainder: Remainder): void;
  /** Both connections end here and now. `withReset`: neither peer may take what it has for the whole. */
  cut(termination: Termination, withReset: boolean): void;
}

/** What a tunnel is doing at a time: it decides what every event means. A tunnel has one mode, and only goes forward. */
export interface Mode {
  clientBytes(bytes: Buffer): void;
  clientEnded(): void;
  clientGone(): void;
  targetBytes(bytes: Buffer): void;
  targetEnded(): void;
  targetDrained(): void;
  targetFailed(failure: TargetFailure): void;
  targetGone(): void;
  /** Looks whether something has taken too long. */
  checkDeadlines(now: number): void;
  /** Closes at once, to free the memory that the connection holds. */
  evict(): void;
  /** Finishes what has begun and then closes; at once where nothing has. */
  drain(): void;
}

/** Whether more than `timeoutMs` have passed; a time of 0 has not begun, a timeout of 0 never ends. */
export const isPast = (now: number, sinceMs: number, timeoutMs: number): boolean =>
  sinceMs > 0 && timeoutMs > 0 && now - sinceMs >= timeoutMs;
