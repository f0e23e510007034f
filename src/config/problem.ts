import { redactText } from './redact';

/** One problem of the configuration. */
export interface Problem {
  /** The variable as the user wrote it, in upper or lower case. */
  readonly variable: string;
  /** The value in a form that is safe to show; the default if the variable is not set. */
  readonly value: string;
  readonly isDefault: boolean;
  /** The problem and its solution, in one or two sentences. */
  readonly advice: string;
}

const MAX_SHOWN_CHARACTERS = 120;

/** Quotes and escapes a value, so that white space and control characters are visible and harmless. */
function shown(value: string): string {
  const text = redactText(value);
  const cut = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  return JSON.stringify(cut);
}

/** Formats all problems for people, each with its variable, its value and its solution. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const items = problems.map(
    ({ variable, value, isDefault, advice }) =>
      `  ${variable}=${shown(value)}${isDefault ? ' (the default)' : ''}\n    ${advice}\n`,
  );
  return `The configuration has ${count}:\n\n${items.join('\n')}`;
}
