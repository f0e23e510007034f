import { type Worker } from 'node:cluster';
import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { type Answers, type ListenProblem, type Question, type ToPrimary, type ToWorker } from './messages';
import { wholeLines } from './line-splitter';

/** How a worker ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** After its time to drain, what a worker may take to tell dashboard, log and primary the last of it. */
const FAREWELL_MS = 2_500;

/** One worker, as its primary sees it. Invariant: {@link Member.families} is the last that it has told, so it never goes back. */
export class Member {
  /** The addresses that it listens on. Rejects when it cannot listen, or ends before it does. */
  readonly listening: Promise<readonly string[]>;
  /** Resolves when it has ended, and all that it said before has been heard. */
  readonly ended: Promise<End>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answers[Question]) => void>();
  readonly #startedAt = performance.now();
  #questions = 0;
  #families: readonly MetricFamily[] = [];
  #isListening = false;
  #cutOff = 0;

  /** @param onLines hears the whole lines that it writes to its standard output */
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
    void this.ended.then(() => reject(new Error('a worker has ended before it listened; the log says why')));
    if (worker.process.stdout !== null) wholeLines(worker.process.stdout, onLines);
    // A message to one that is ending; that it ends is told by `ended`.
    worker.on('error', () => undefined);
  }

  get id(): number {
    return this.#worker.id;
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Whether it accepts connections, as far as is known. */
  get isListening(): boolean {
    return this.#isListening;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Its metrics when it was asked last. */
  get families(): readonly MetricFamily[] {
    return this.#families;
  }

  /** `undefined` where it does not answer in time. */
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

  /** Lets it finish what is under way, for at most this long; then it is killed. Answers how many connections it cut off. */
  async leave(timeoutMs: number): Promise<number> {
    const timer = setTimeout(() => this.kill(), timeoutMs + FAREWELL_MS);
    // One that is still being started hears nothing yet; what is told to it then is lost.
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
 * A process may be known to have ended before the last of its lines and messages have been read: Node's `close` waits for both.
 * Its `disconnect` would not do, for it never comes where the worker was killed with a handle on its way to it.
 */
const endOf = ({ process }: Worker): Promise<End> =>
  new Promise((resolve) => process.once('close', (code, signal) => resolve({ code, signal })));

/** The error that the worker got, as far as it is told to people. */
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
