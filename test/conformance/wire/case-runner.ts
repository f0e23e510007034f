import { listenAsTarget } from '../../support/scripted-target';
import { type Case } from './case-file';
import { type Cut } from './cuts';
import { type Stage, play } from './run-case';

/** What a case is played against: started once for each set of settings, used for many conversations. */
interface StartedSidecar {
  readonly port: number;
  close(): Promise<void>;
}

export type StartSidecar = (settings: string, targetPort: number) => Promise<StartedSidecar>;

interface OpenStage extends Stage {
  readonly sidecar: StartedSidecar;
}

/** How many conversations go on at once; each on a stage of its own, so that its target knows whom it talks to. */
const STAGES = 8;

/** Plays cases on as many stages as there are, and keeps the stages for the next case of the same settings. */
export class Troupe {
  readonly #start: StartSidecar;
  readonly #stages = new Map<string, readonly OpenStage[]>();
  readonly #count: number;

  constructor(start: StartSidecar, count = STAGES) {
    this.#start = start;
    this.#count = count;
  }

  /** Plays one case in every way; fails with the first that did not go as the case says. */
  async expectKept(one: Case, cuts: readonly Cut[]): Promise<void> {
    const stages = await this.#stagesFor(one);
    const waiting = [...cuts];
    const failures: Error[] = [];
    const playOn = async (stage: OpenStage): Promise<void> => {
      for (let cut = waiting.shift(); cut !== undefined && failures.length === 0; cut = waiting.shift()) {
        await play(one, stage, cut).catch((error: unknown) => failures.push(error as Error));
      }
    };
    await Promise.all(stages.slice(0, cuts.length).map(playOn));
    const [first] = failures;
    if (first !== undefined) throw first;
  }

  async close(): Promise<void> {
    const all = [...this.#stages.values()].flat();
    await Promise.all(all.map(({ sidecar, target }) => Promise.all([sidecar.close(), target.close()])));
  }

  async #stagesFor({ settings, isTargetDown }: Case): Promise<readonly OpenStage[]> {
    const key = `${settings} ${isTargetDown ? 'down' : 'up'}`;
    let stages = this.#stages.get(key);
    if (stages === undefined) {
      stages = await Promise.all(
        Array.from({ length: this.#count }, async () => {
          const target = await listenAsTarget();
          const sidecar = await this.#start(settings, target.port);
          if (isTargetDown) await target.close();
          return { port: sidecar.port, sidecar, target };
        }),
      );
      this.#stages.set(key, stages);
    }
    return stages;
  }
}
