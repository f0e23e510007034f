import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { type WorkerUpdate } from '../telemetry/live/messages';

/** The questions that a worker can be asked, with the types of the answers: plain data, sent as JSON. */
export interface Answers {
  readonly families: readonly MetricFamily[];
  readonly live: WorkerUpdate;
}

export type Question = keyof Answers;

/** A message from the primary to a worker. */
export type ToWorker =
  | { readonly type: 'question'; readonly id: number; readonly question: Question }
  | { readonly type: 'drain'; readonly timeoutMs: number };

/** The reason why a port cannot be opened, reduced to the facts that people need. */
export interface ListenProblem {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
  readonly port: number | undefined;
  readonly message: string;
}

/** A message from a worker to its primary. `farewell` is the last message of a worker that exits cleanly. */
export type ToPrimary =
  | { readonly type: 'listening'; readonly addresses: readonly string[] }
  | { readonly type: 'not-listening'; readonly problem: ListenProblem }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[Question] }
  | { readonly type: 'farewell'; readonly cutOff: number; readonly families: readonly MetricFamily[] };
