import * as z from 'zod/mini';
import { type Kind } from './value-types';

/** The documentation of a variable, in addition to its schema. */
export interface Facts {
  /** The name of the variable in the environment. */
  readonly variable: string;
  /** A second name, read if the first is not set. */
  readonly also?: string;
  /** The purpose of the variable, and the meaning of special values. */
  readonly meaning: string;
  /** The reason for the default or the bound. */
  readonly reason: string;
}

/** The documentation of one schema, for the table of variables. */
export interface Described extends Facts {
  readonly accepts: string;
  /** See {@link Kind.holdsSecrets}. */
  readonly holdsSecrets: boolean;
  /** The default as a user would write it; without a default, `unset` describes the effect. */
  readonly default: { readonly text: string } | { readonly unset: string };
}

/** The documentation of each setting by its schema: a typed registry of zod. */
export const facts = z.registry<Described>();

type Text = z.ZodMiniType<unknown, string>;

const described = ({ accepts, holdsSecrets = false }: Kind<Text>): Pick<Described, 'accepts' | 'holdsSecrets'> => ({
  accepts,
  holdsSecrets,
});

/** Defines a variable with a default. The default is parsed by the same schema as a value from the environment. */
export function setting<Schema extends Text>(
  kind: Kind<Schema>,
  about: Facts & { readonly default: string },
): z.ZodMiniPipe<z.ZodMiniDefault<z.ZodMiniString>, Schema> {
  const schema = z.pipe(z._default(z.string(), about.default), kind.schema);
  facts.add(schema, { ...about, ...described(kind), default: { text: about.default } });
  return schema;
}

/** Defines an optional variable. */
export function optionalSetting<Schema extends Text>(
  kind: Kind<Schema>,
  about: Facts & { readonly unset: string },
): z.ZodMiniOptional<Schema> {
  const schema = z.optional(kind.schema);
  facts.add(schema, { ...about, ...described(kind), default: { unset: about.unset } });
  return schema;
}
