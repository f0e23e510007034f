import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { type LiveUpdate } from '../telemetry/live/messages';

/** What a worker can be asked for, and what it answers with: plain data, which travels as JSON. */
export interface Answers {
  readonly families: readonly MetricFamily[];
  readonly live: LiveUpdate;
}

export type Question = keyof Answers;

/** What a worker is told by its primary. */
export type ToWorker =
  | { readonly type: 'question'; readonly id: number; readonly question: Question }
  | { readonly type: 'drain'; readonly timeoutMs: number };

/** Why a port could not be listened on: what is told of it to people. */
export interface ListenProblem {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
  readonly port: number | undefined;
  readonly message: string;
}

/** What a worker tells its primary. The last message of one that leaves in order is its farewell. */
export type ToPrimary =
  | { readonly type: 'listening'; readonly addresses: readonly string[] }
  | { readonly type: 'not-listening'; readonly problem: ListenProblem }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[Question] }
  | { readonly type: 'farewell'; readonly cutOff: number; readonly families: readonly MetricFamily[] };
