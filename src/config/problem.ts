import { redactText } from './redact';

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** The variable as the user wrote it, in upper or lower case. */
  readonly variable: string;
  /** Its value as it may be shown; that of the default where the variable is not set. */
  readonly value: string;
  readonly isDefault: boolean;
  /** What is wrong and what to do, in a sentence or two. */
  readonly advice: string;
}

const MAX_SHOWN_CHARACTERS = 120;

/** Quoted and escaped, so that white space and control characters can be seen and do no harm. */
function shown(value: string): string {
  const text = redactText(value);
  const cut = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  return JSON.stringify(cut);
}

/** All problems as text for a person, each with its variable, its value and what to do. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const items = problems.map(
    ({ variable, value, isDefault, advice }) =>
      `  ${variable}=${shown(value)}${isDefault ? ' (the default)' : ''}\n    ${advice}\n`,
  );
  return `The configuration has ${count}:\n\n${items.join('\n')}`;
}
