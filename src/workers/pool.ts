import { type Log } from '../log/log';
import { backoffMs } from '../telemetry/backoff';
import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { withoutGauges, sumFamilies } from '../telemetry/metrics/merge';
import { type End, type WorkerHandle } from './worker-handle';
import { type Answers, type Question } from './messages';

export interface PoolOptions {
  readonly size: number;
  /** Starts another worker. */
  readonly start: () => WorkerHandle;
  readonly logger: Log['logger'];
}

/**
 * The time limit for an answer. A scrape usually has a time limit of ten seconds; a worker that needs half a second has
 * stalled.
 */
const ANSWER_MS = 500;
/** The age from which a worker counts as started successfully: a later failure begins a new series. */
const STEADY_MS = 60_000;
/**
 * The number of consecutive failures after which the process exits if no worker is left. Another restart by this
 * process would not remove the cause.
 */
const MAX_CONSECUTIVE_FAILURES = 5;

/**
 * The set of workers. Invariant: after the start and until the drain, each of `size` slots has a worker, or a timer
 * that starts one. The counts of a worker outlive it, except for those that it has not reported yet.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #members = new Set<WorkerHandle>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #silent = new WeakSet<WorkerHandle>();
  #state: 'starting' | 'running' | 'leaving' = 'starting';
  #exitedTotals: readonly MetricFamily[] = [];
  #failures = 0;
  #lost = 0;
  #unanswered = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Starts all workers and returns the addresses that they listen on. If one of them cannot listen, all of them are
   * killed and the error is reported at once.
   * @throws NodeJS.ErrnoException if the port cannot be listened on.
   */
  async start(): Promise<readonly string[]> {
    try {
      const [addresses = []] = await Promise.all(
        Array.from({ length: this.#options.size }, () => this.#add().listening),
      );
      this.#state = 'running';
      return addresses;
    } catch (error) {
      this.#state = 'leaving';
      for (const member of this.#members) member.kill();
      await Promise.all(Array.from(this.#members, ({ ended }) => ended));
      throw error;
    }
  }

  /** The number of workers that accept connections. */
  get listening(): number {
    return Array.from(this.#members).filter(({ isListening }) => isListening).length;
  }

  /** The number of workers that exited unexpectedly, and of questions that were not answered in time. */
  get counts(): { readonly lost: number; readonly unanswered: number } {
    return { lost: this.#lost, unanswered: this.#unanswered };
  }

  /**
   * Returns the metrics of all workers, including exited ones. A worker that does not answer contributes its last
   * reported metrics.
   */
  async families(): Promise<readonly MetricFamily[]> {
    await this.ask('families');
    return sumFamilies([...Array.from(this.#members, ({ families }) => families), this.#exitedTotals]);
  }

  /** Asks every listening worker. Workers that do not answer in time are left out. */
  async ask<Name extends Question>(question: Name): Promise<readonly Answers[Name][]> {
    const asked = Array.from(this.#members).filter(({ isListening }) => isListening);
    const answers = await Promise.all(
      asked.map(async (member) => {
        const answer = await member.ask(question, ANSWER_MS);
        this.#note(member, answer !== undefined);
        return answer;
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  /** Drains all workers within this time. Returns the number of connections that were aborted. */
  async drain(timeoutMs: number): Promise<number> {
    this.#state = 'leaving';
    for (const timer of this.#timers) clearTimeout(timer);
    const cutOff = await Promise.all(Array.from(this.#members, (member) => member.leave(timeoutMs)));
    return cutOff.reduce((total, one) => total + one, 0);
  }

  #add(): WorkerHandle {
    const member = this.#options.start();
    this.#members.add(member);
    // A failure to listen is handled when the worker exits.
    member.listening.catch(() => undefined);
    void member.ended.then((end) => this.#ended(member, end));
    return member;
  }

  #ended(member: WorkerHandle, end: End): void {
    this.#members.delete(member);
    this.#exitedTotals = sumFamilies([this.#exitedTotals, withoutGauges(member.families)]);
    const about = { worker: member.id, pid: member.pid, ...end };
    if (this.#state === 'leaving') {
      this.#options.logger.debug(about, 'worker exited');
      return;
    }
    this.#lost++;
    this.#failures = member.ageMs > STEADY_MS ? 1 : this.#failures + 1;
    // If a worker exits before it has listened during the first start, `start` rejects.
    if (this.#state === 'running' || member.isListening) this.#replace(about);
    else this.#options.logger.error(about, 'worker exited unexpectedly');
  }

  #replace(about: object): void {
    const { logger } = this.#options;
    const restartInMs = Math.round(backoffMs(this.#failures));
    logger.error({ ...about, restartInMs }, 'worker exited unexpectedly, starting a replacement');
    if (this.#failures >= MAX_CONSECUTIVE_FAILURES && this.listening === 0) {
      // The process handles this like every unexpected error: it logs the error and exits.
      throw new Error(`${this.#failures} workers exited in succession, and none is left`);
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const member = this.#add();
      const about = { worker: member.id, pid: member.pid };
      member.listening.then(
        () => logger.info(about, 'replacement worker listening'),
        (error: unknown) => logger.error({ ...about, error }, 'replacement worker failed to start listening'),
      );
    }, restartInMs);
    this.#timers.add(timer);
  }

  /** Logs once that a worker does not answer, and once that it answers again. */
  #note(member: WorkerHandle, hasAnswered: boolean): void {
    const { logger } = this.#options;
    if (!hasAnswered) this.#unanswered++;
    if (hasAnswered === !this.#silent.has(member)) return;
    if (hasAnswered) {
      this.#silent.delete(member);
      logger.info({ worker: member.id }, 'worker answers again');
    } else if (this.#members.has(member)) {
      this.#silent.add(member);
      logger.warn({ worker: member.id, waitedMs: ANSWER_MS }, 'worker does not answer, using its last metrics');
    }
  }
}
