import type * as z from 'zod/mini';
import { findConflicts, type Known } from './cross-checks';
import { type Problem } from './problem';
import { redactText, redactUrlText } from './redact';
import { type Config, settings } from './schema';
import { type Described, facts } from './define-setting';

/** The environment variables, as Node provides them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Loaded =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The valid settings, so that the caller can add further problems (of the page, for example) to the list. */
      readonly known: Known;
    };

/** A variable and the name under which it was found. The second name is read only if the first is not set. */
interface Found {
  readonly variable: string;
  readonly text: string | undefined;
}

/**
 * Finds the value of a variable. White space around it is ignored as a typing error (`echo 8080 > port`); an empty
 * value counts as not set, because `-e PORT=` writes it.
 */
function find(env: Environment, { variable, also }: Described): Found {
  for (const name of also === undefined ? [variable] : [variable, also]) {
    const text = env[name]?.trim() ?? '';
    if (text !== '') return { variable: name, text };
  }
  return { variable, text: undefined };
}

function describe(schema: z.ZodMiniType): Described {
  const described = facts.get(schema);
  if (described === undefined) throw new Error('a setting was made without its facts');
  return described;
}

function problemOf(described: Described, { variable, text }: Found, advice: string): Problem {
  const written = text ?? ('text' in described.default ? described.default.text : '');
  const value = described.holdsSecrets ? redactUrlText(written) : redactText(written);
  return { variable, value, isDefault: text === undefined, advice };
}

/**
 * Reads the configuration from an environment and reports all problems at once: first those of single variables, then
 * conflicts between valid ones.
 *
 * @param ownAddresses the addresses of this machine, used to detect a target that is the ambassador itself
 */
export function loadConfig(env: Environment, ownAddresses: readonly string[] = []): Loaded {
  const problems: Problem[] = [];
  const known: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(settings.shape)) {
    const found = find(env, describe(schema));
    const parsed = schema.safeParse(found.text);
    if (parsed.success) known[key] = parsed.data;
    else problems.push(problemOf(describe(schema), found, parsed.error.issues[0]?.message ?? 'Not a valid value.'));
  }
  // The keys are those of the schema, and each value was parsed by its own schema, which is the definition of Known.
  for (const { setting, advice } of findConflicts(known, ownAddresses)) {
    const described = describe(settings.shape[setting]);
    problems.push(problemOf(described, find(env, described), advice));
  }
  if (problems.length > 0) return { ok: false, problems, known: known };
  return { ok: true, config: Object.freeze(known as Config) };
}
