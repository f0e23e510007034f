import * as z from 'zod/mini';
import { type Kind } from './value-types';

/** What people are told of a variable, beside its schema. */
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

/** The facts that go with one schema, for the table of variables. */
export interface Described extends Facts {
  readonly accepts: string;
  /** See {@link Kind.holdsSecrets}. */
  readonly holdsSecrets: boolean;
  /** The default as one would write it; where there is none, `unset` says what happens. */
  readonly default: { readonly text: string } | { readonly unset: string };
}

/** Every setting by its schema: zod's own place for such things, typed. */
export const facts = z.registry<Described>();

type Text = z.ZodMiniType<unknown, string>;

const described = ({ accepts, holdsSecrets = false }: Kind<Text>): Pick<Described, 'accepts' | 'holdsSecrets'> => ({
  accepts,
  holdsSecrets,
});

/** A variable with a default, which goes through the same schema as a value from the environment. */
export function setting<Schema extends Text>(
  kind: Kind<Schema>,
  about: Facts & { readonly default: string },
): z.ZodMiniPipe<z.ZodMiniDefault<z.ZodMiniString>, Schema> {
  const schema = z.pipe(z._default(z.string(), about.default), kind.schema);
  facts.add(schema, { ...about, ...described(kind), default: { text: about.default } });
  return schema;
}

/** A variable that may be left out. */
export function optionalSetting<Schema extends Text>(
  kind: Kind<Schema>,
  about: Facts & { readonly unset: string },
): z.ZodMiniOptional<Schema> {
  const schema = z.optional(kind.schema);
  facts.add(schema, { ...about, ...described(kind), default: { unset: about.unset } });
  return schema;
}
