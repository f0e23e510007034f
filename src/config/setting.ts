import { type Kind, type Reading } from './kinds';

/** What people are told of a variable. */
export interface Facts {
  /** Its name in the environment. */
  readonly variable: string;
  /** A second name, read where the first is not set. */
  readonly also?: string;
  /** What it is for, and what a special value means. */
  readonly meaning: string;
  /** Why the default or the bound is what it is. */
  readonly reason: string;
}

/** The same, as the table of variables has it. */
export interface Described extends Facts {
  readonly accepts: string;
  /** The default as one would write it; where there is none, `unset` says what happens. */
  readonly default: { readonly text: string } | { readonly unset: string };
}

/** One variable: what it is, and how its text becomes a value. `undefined`: it is not set. */
export interface Setting<Value> extends Described {
  readonly read: (text: string | undefined) => Reading<Value>;
}

/** What a group of settings becomes when each of them has been read. */
export type ValuesOf<Settings> = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

/** A variable with a default, which is read as a value from the environment is. */
export function setting<Value>(
  { read, accepts }: Kind<Value>,
  { default: usual, ...facts }: Facts & { readonly default: string },
): Setting<Value> {
  return { ...facts, accepts, default: { text: usual }, read: (text = usual) => read(text) };
}

/** A variable that may be left out. */
export function optionalSetting<Value>(
  { read, accepts }: Kind<Value>,
  { unset, ...facts }: Facts & { readonly unset: string },
): Setting<Value | undefined> {
  return {
    ...facts,
    accepts,
    default: { unset },
    read: (text) => (text === undefined ? { ok: true, value: undefined } : read(text)),
  };
}
