import { type Worker } from 'node:cluster';
import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { type Answers, type ListenProblem, type Question, type ToPrimary, type ToWorker } from './messages';
import { wholeLines } from './line-splitter';

/** The way in which a worker exited. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The time that a worker gets after the drain to flush its log and to send its last records and metrics. */
const EXIT_GRACE_MS = 2_500;

/**
 * One worker, as seen by its primary. Invariant: {@link WorkerHandle.families} is the last report of the worker, so a
 * counter in it never decreases.
 */
export class WorkerHandle {
  /** The addresses that the worker listens on. Rejects if it cannot listen, or exits before it does. */
  readonly listening: Promise<readonly string[]>;
  /** Resolves when the worker has exited and all its output and messages have been processed. */
  readonly ended: Promise<End>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answers[Question]) => void>();
  readonly #startedAt = performance.now();
  #questions = 0;
  #families: readonly MetricFamily[] = [];
  #isListening = false;
  #cutOff = 0;

  /** @param onLines receives the whole lines that the worker writes to its standard output */
  constructor(worker: Worker, onLines: (lines: string) => void) {
    this.#worker = worker;
    this.ended = endOf(worker);
    const { promise, resolve, reject } = deferred<readonly string[]>();
    this.listening = promise;
    worker.on('message', (message: ToPrimary) => {
      if (message.type === 'listening') resolve(message.addresses);
      else if (message.type === 'not-listening') reject(errorOf(message.problem));
      this.#hear(message);
    });
    void this.ended.then(() => reject(new Error('a worker exited before it listened; see the log for the cause')));
    if (worker.process.stdout !== null) wholeLines(worker.process.stdout, onLines);
    // Sending to an exiting worker fails; `ended` reports the exit.
    worker.on('error', () => undefined);
  }

  get id(): number {
    return this.#worker.id;
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Whether the worker accepts connections, according to its last message. */
  get isListening(): boolean {
    return this.#isListening;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** The last metrics that the worker reported. */
  get families(): readonly MetricFamily[] {
    return this.#families;
  }

  /** Asks a question; resolves with `undefined` if the worker does not answer in time. */
  async ask<Name extends Question>(question: Name, timeoutMs: number): Promise<Answers[Name] | undefined> {
    const id = ++this.#questions;
    const { promise, resolve } = deferred<Answers[Question] | undefined>();
    const timer = setTimeout(resolve, timeoutMs, undefined);
    this.#waiting.set(id, resolve);
    this.#tell({ type: 'question', id, question });
    const answer = (await promise) as Answers[Name] | undefined;
    clearTimeout(timer);
    this.#waiting.delete(id);
    if (question === 'families' && answer !== undefined) this.#families = answer as Answers['families'];
    return answer;
  }

  /** Drains the worker within this time, then kills it. Returns the number of connections that it aborted. */
  async leave(timeoutMs: number): Promise<number> {
    const timer = setTimeout(() => this.kill(), timeoutMs + EXIT_GRACE_MS);
    // A starting worker has no message listener yet, so the message would be lost.
    this.listening.then(
      () => this.#tell({ type: 'drain', timeoutMs }),
      () => undefined,
    );
    await this.ended;
    clearTimeout(timer);
    return this.#cutOff;
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #tell(message: ToWorker): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  #hear(message: ToPrimary): void {
    switch (message.type) {
      case 'listening':
        this.#isListening = true;
        break;
      case 'answer':
        this.#waiting.get(message.id)?.(message.answer);
        break;
      case 'farewell':
        this.#families = message.families;
        this.#cutOff = message.cutOff;
        break;
      case 'not-listening':
        break;
    }
  }
}

/**
 * Resolves with the exit of a worker. A process can exit before the last of its lines and messages have been read:
 * Node's `close` event waits for both. The `disconnect` event is not suitable: it is never emitted if the worker was
 * killed while a handle was being sent to it.
 */
const endOf = ({ process }: Worker): Promise<End> =>
  new Promise((resolve) => process.once('close', (code, signal) => resolve({ code, signal })));

/** Restores the error of the worker, as far as it was reported. */
const errorOf = ({ message, ...known }: ListenProblem): Error => Object.assign(new Error(message), known);

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
