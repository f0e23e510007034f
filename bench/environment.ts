import { type Contender } from './contenders';
import { type Child } from './processes';

/** A contender that listens. */
export interface Running {
  readonly contender: Contender;
  readonly child: Child;
  readonly port: number;
  readonly metricsUrl: string | undefined;
  /** From its start to the first accepted connection. */
  readonly startedInMs: number;
  /** The processor time of that. */
  readonly startedWithMs: number;
  /** How many lines its log has had so far. */
  readonly lines: () => number;
  readonly stop: () => Promise<void>;
}

/** Where one measurement takes place. */
export interface Stage {
  readonly running: Running;
  readonly seconds: number;
  /** For programs. */
  readonly dir: string;
  /** What to run in place of a load's command line, so that somebody looks on while it runs. */
  readonly watch: (argv: readonly string[]) => readonly string[];
}

/** What one round found out about one contender: the figures of the measure by name, and `units`, the work done. */
export type Sample = Readonly<Record<string, number>>;

/** A way to measure. */
export interface Measure {
  /** The figure that is compared; less is better. */
  readonly merit: string;
  /** All figures, in the order of the columns, with the digits after the point that mean something. */
  readonly figures: Readonly<Record<string, number>>;
  /** A process of its own for every sample: what earlier ones left behind would show. */
  readonly isFresh: boolean;
  /** Overrides the number of rounds, where more tell no more. */
  readonly rounds?: number;
  readonly warmUp?: (stage: Stage) => Promise<unknown>;
  readonly sample: (stage: Stage) => Promise<Sample>;
}

/** For {@link Stage.watch}: nobody looks on. */
export const unwatched = (argv: readonly string[]): readonly string[] => argv;
