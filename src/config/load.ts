import { findConflicts, type Known } from './conflicts';
import { type Problem } from './problem';
import { type Config, settings } from './schema';
import { type Described } from './setting';

/** The environment as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Loaded =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The settings that are fine by themselves, so that who knows more (of the page, say) can add to the list. */
      readonly known: Known;
    };

/** A variable where it was found: the second name counts only where the first is not set. */
interface Found {
  readonly variable: string;
  readonly text: string | undefined;
}

/** White space around a value is a slip (`echo 8080 > port`); an empty value is how `-e PORT=` says "not set". */
function find(env: Environment, { variable, also }: Described): Found {
  for (const name of also === undefined ? [variable] : [variable, also]) {
    const text = env[name]?.trim() ?? '';
    if (text !== '') return { variable: name, text };
  }
  return { variable, text: undefined };
}

function problemOf(described: Described, { variable, text }: Found, advice: string): Problem {
  const value = text ?? ('text' in described.default ? described.default.text : '');
  return { variable, value, isDefault: text === undefined, advice };
}

/**
 * Reads the configuration from an environment and says everything that is wrong with it at once: each variable by
 * itself, and then what does not go together among those that are fine.
 *
 * @param ownAddresses the addresses of this machine, by which a target that is ourselves is known
 */
export function loadConfig(env: Environment, ownAddresses: readonly string[] = []): Loaded {
  const problems: Problem[] = [];
  const known: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const found = find(env, setting);
    const reading = setting.read(found.text);
    if (reading.ok) known[key] = reading.value;
    else problems.push(problemOf(setting, found, reading.advice));
  }
  // The keys are those of the schema and each value came out of its own setting, which is what Known says.
  for (const { setting, advice } of findConflicts(known, ownAddresses)) {
    const described = settings[setting];
    problems.push(problemOf(described, find(env, described), advice));
  }
  if (problems.length > 0) return { ok: false, problems, known: known };
  return { ok: true, config: Object.freeze(known as Config) };
}
