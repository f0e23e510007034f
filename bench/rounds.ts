import { type Contender } from './contenders';
import { enter } from './start-contender';
import { type Options } from './options';
import { type Running, type Sample, type Stage, unwatched } from './environment';
import { type Targets } from './target';
import { type Workload } from './workloads';

/** What the rounds of one workload found out. */
export interface Outcome {
  readonly workload: Workload;
  /** By contender, in the order of the contenders; one sample for each round. */
  readonly samples: ReadonlyMap<Contender, readonly Sample[]>;
  /** Who should have taken part and could not. */
  readonly failures: readonly string[];
}

/** What a run needs beside the workload. */
export interface Scene {
  readonly contenders: readonly Contender[];
  readonly options: Options;
  readonly targets: Targets;
  readonly dir: string;
  readonly say: (progress: string) => void;
}

/** Everyone in turn, round after round; every second round backwards, so that nobody always comes after the same one. */
export async function play(workload: Workload, scene: Scene): Promise<Outcome> {
  const bill = new Bill(workload, scene);
  const { measure } = workload;
  const rounds = Math.min(scene.options.rounds, measure.rounds ?? Infinity);
  try {
    if (!measure.isFresh) await bill.openAll();
    for (let round = 0; round < rounds; round++) {
      scene.say(`${workload.name}: round ${round + 1} of ${rounds}`);
      await bill.playRound(round % 2 === 1);
    }
  } finally {
    await bill.close();
  }
  return { workload, samples: bill.samples, failures: bill.failures };
}

/** Who takes part in a workload. Whoever fails once takes no further part, and stands in `failures` with the reason. */
class Bill {
  readonly failures: string[] = [];
  readonly #samples = new Map<Contender, Sample[]>();
  readonly #running = new Map<Contender, Running>();
  readonly #workload: Workload;
  readonly #scene: Scene;

  constructor(workload: Workload, scene: Scene) {
    this.#workload = workload;
    this.#scene = scene;
    for (const contender of scene.contenders) {
      if (contender.skills.has(workload.needs)) this.#samples.set(contender, []);
    }
  }

  get samples(): ReadonlyMap<Contender, readonly Sample[]> {
    return this.#samples;
  }

  async openAll(): Promise<void> {
    for (const contender of [...this.#samples.keys()]) {
      await this.#guard(contender, async () => {
        await this.#workload.measure.warmUp?.(this.#stage(await this.#open(contender)));
      });
    }
  }

  async playRound(isBackwards: boolean): Promise<void> {
    const order = [...this.#samples.keys()];
    for (const contender of isBackwards ? order.reverse() : order) {
      await this.#guard(contender, async () => {
        const running = this.#running.get(contender) ?? (await this.#open(contender));
        this.#samples.get(contender)?.push(await this.#workload.measure.sample(this.#stage(running)));
        if (this.#workload.measure.isFresh) await this.#close(contender);
      });
    }
  }

  async close(): Promise<void> {
    for (const contender of [...this.#running.keys()]) await this.#close(contender);
  }

  async #guard(contender: Contender, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.failures.push(`${contender.name}: ${error instanceof Error ? error.message : String(error)}`);
      this.#samples.delete(contender);
      await this.#close(contender);
    }
  }

  async #open(contender: Contender): Promise<Running> {
    const running = await enter(contender, this.#workload, this.#scene.targets, this.#scene.dir);
    this.#running.set(contender, running);
    return running;
  }

  async #close(contender: Contender): Promise<void> {
    const running = this.#running.get(contender);
    this.#running.delete(contender);
    await running?.stop();
  }

  #stage(running: Running): Stage {
    return { running, seconds: this.#scene.options.seconds, dir: this.#scene.dir, watch: unwatched };
  }
}
