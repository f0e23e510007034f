import { type Log } from '../log/log';
import { backoffMs } from '../telemetry/backoff';
import { type MetricFamily } from '../telemetry/metrics/metric-family';
import { afterTheEnd, sumFamilies } from '../telemetry/metrics/merge';
import { type End, type Member } from './worker-handle';
import { type Answers, type Question } from './messages';

export interface PoolOptions {
  readonly size: number;
  /** Starts one more. */
  readonly start: () => Member;
  readonly logger: Log['logger'];
}

/** A scrape has ten seconds as a rule; a worker that takes half of one has stalled. */
const ANSWER_MS = 500;
/** A worker that lived so long did not fail because of how it was started. */
const STEADY_MS = 60_000;
/** So many in a row fail, none is left: whatever it is, it does not go away by trying again here. */
const HOPELESS_AFTER = 5;

/**
 * The workers. Invariant: once started and until it drains, each of `size` places has a worker, or a timer that will start
 * one; what has been counted is never lost with the worker that did, but for what it had not told yet.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #silent = new WeakSet<Member>();
  #state: 'starting' | 'running' | 'leaving' = 'starting';
  #ofTheDead: readonly MetricFamily[] = [];
  #failures = 0;
  #lost = 0;
  #unanswered = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Starts all; answers the addresses that they listen on. If one cannot, none goes on: whoever started us learns of it at once.
   * @throws NodeJS.ErrnoException when the port cannot be listened on.
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

  /** How many accept connections. */
  get listening(): number {
    return Array.from(this.#members).filter(({ isListening }) => isListening).length;
  }

  /** Workers that have ended without being told to, and questions that were not answered in time. */
  get counts(): { readonly lost: number; readonly unanswered: number } {
    return { lost: this.#lost, unanswered: this.#unanswered };
  }

  /** The numbers of all workers, of those that have ended too. One that does not answer is there with those it told last. */
  async families(): Promise<readonly MetricFamily[]> {
    await this.ask('families');
    return sumFamilies([...Array.from(this.#members, ({ families }) => families), this.#ofTheDead]);
  }

  /** Asks every worker that listens. Those that do not answer in time are left out. */
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

  /** Lets all finish what is under way, for at most this long. Answers how many connections were cut off. */
  async drain(timeoutMs: number): Promise<number> {
    this.#state = 'leaving';
    for (const timer of this.#timers) clearTimeout(timer);
    const cutOff = await Promise.all(Array.from(this.#members, (member) => member.leave(timeoutMs)));
    return cutOff.reduce((total, one) => total + one, 0);
  }

  #add(): Member {
    const member = this.#options.start();
    this.#members.add(member);
    // That it could not listen is told by its end.
    member.listening.catch(() => undefined);
    void member.ended.then((end) => this.#ended(member, end));
    return member;
  }

  #ended(member: Member, end: End): void {
    this.#members.delete(member);
    this.#ofTheDead = sumFamilies([this.#ofTheDead, afterTheEnd(member.families)]);
    const about = { worker: member.id, pid: member.pid, ...end };
    if (this.#state === 'leaving') {
      this.#options.logger.debug(about, 'a worker has left');
      return;
    }
    this.#lost++;
    this.#failures = member.ageMs > STEADY_MS ? 1 : this.#failures + 1;
    // One that never listened while all are being started ends the start.
    if (this.#state === 'running' || member.isListening) this.#replace(about);
    else this.#options.logger.error(about, 'a worker has ended');
  }

  #replace(about: object): void {
    const { logger } = this.#options;
    const restartInMs = Math.round(backoffMs(this.#failures));
    logger.error({ ...about, restartInMs }, 'a worker has ended; another one takes its place');
    if (this.#failures >= HOPELESS_AFTER && this.listening === 0) {
      // It reaches nobody but the process, which says so and leaves like after any error that should not be possible.
      throw new Error(`${this.#failures} workers in a row have ended, and none is left`);
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const member = this.#add();
      const about = { worker: member.id, pid: member.pid };
      member.listening.then(
        () => logger.info(about, 'a worker listens in place of one that ended'),
        (error: unknown) => logger.error({ ...about, error }, 'a worker did not come to listen'),
      );
    }, restartInMs);
    this.#timers.add(timer);
  }

  /** A worker that falls silent is told of once, and again when it answers. */
  #note(member: Member, hasAnswered: boolean): void {
    const { logger } = this.#options;
    if (!hasAnswered) this.#unanswered++;
    if (hasAnswered === !this.#silent.has(member)) return;
    if (hasAnswered) {
      this.#silent.delete(member);
      logger.info({ worker: member.id }, 'a worker answers again');
    } else if (this.#members.has(member)) {
      this.#silent.add(member);
      logger.warn(
        { worker: member.id, waitedMs: ANSWER_MS },
        'a worker does not answer; its last numbers stand for it',
      );
    }
  }
}
