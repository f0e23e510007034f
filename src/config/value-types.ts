import * as z from 'zod/mini';

/** The type of a variable: its zod schema, and a description of the accepted values for tables. */
export interface Kind<Schema extends z.ZodMiniType<unknown, string>> {
  readonly schema: Schema;
  readonly accepts: string;
  /** Whether a value may contain credentials. Problems then show only its scheme and host. */
  readonly holdsSecrets?: boolean;
}

const SECOND = 1000;
const UNITS_MS = { ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/;

/** Digits without a leading zero: `08080` could mean 8080, an octal number or a typing error. */
const DIGITS = /^(?:0|[1-9]\d{0,14})$/;

const SERVICE_LINK =
  'Kubernetes writes such a value into the environment for a Service whose name fits the variable (a "service link"). ' +
  "Set the variable yourself in this container's env, or put enableServiceLinks: false into the pod's spec, " +
  'or rename the Service.';

const IS_PORT = 'A port is a number from 1 to 65535, in digits only';

function portAdvice(text: string): string {
  if (/^(?:tcp|udp|sctp):\/\//i.test(text)) return SERVICE_LINK;
  const digits = /^0*([1-9]\d{0,4})(?:\/[a-z]+)?$/i.exec(text)?.[1];
  return digits !== undefined && Number(digits) <= 65535 ? `${IS_PORT}: write ${digits}.` : `${IS_PORT}.`;
}

const isPort = (text: string): boolean => DIGITS.test(text) && Number(text) >= 1 && Number(text) <= 65535;

const toNumber = z.transform((text: string) => Number(text));

const portSchema = z.pipe(
  z.string().check(z.refine(isPort, { error: ({ input }) => portAdvice(String(input)) })),
  toNumber,
);

/** A TCP port. 0 ("any port") is rejected, because no Service could point to it. */
export const port = (): Kind<typeof portSchema> => ({ schema: portSchema, accepts: '`1`–`65535`' });

const portOrOffSchema = z.pipe(
  z.string().check(
    z.refine((text) => text.toLowerCase() === 'off' || isPort(text), {
      error: ({ input }) => `${portAdvice(String(input))} To disable it, write off.`,
    }),
  ),
  z.transform((text) => (text.toLowerCase() === 'off' ? ('off' as const) : Number(text))),
);

/** A TCP port, or the word `off`. */
export const portOrOff = (): Kind<typeof portOrOffSchema> => ({
  schema: portOrOffSchema,
  accepts: '`1`–`65535`, `off`',
});

const hostSchema = z.union([z.ipv4(), z.ipv6(), z.hostname()], {
  error: 'Write an IP address (IPv6 without brackets) or a host name, without scheme and port.',
});

/** An IP address or a host name. */
export const host = (): Kind<typeof hostSchema> => ({ schema: hostSchema, accepts: 'an IP address or a host name' });

/** A whole number within bounds, both inclusive. */
export function count(min: number, max: number, what: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `The value must be from ${min} to ${max} ${what}.`;
  const digits = z.string().check(z.regex(DIGITS, `Write a whole number of ${what}, in digits only.`));
  const within = z.number().check(z.gte(min, bounds), z.lte(max, bounds));
  const schema = z.pipe(z.pipe(digits, toNumber), within);
  return { schema, accepts: `\`${min}\`–\`${max}\` ${what}` };
}

function toMs(text: string): number {
  const [, amount = '', unit = 's'] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]);
}

/** A duration; a plain number means seconds. The bounds have the same format; the value is in whole milliseconds. */
export function duration(min: string, max: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `The value must be from ${min} to ${max}.`;
  const text = z
    .string()
    .check(z.regex(DURATION, 'Write a number of seconds, or a number with its unit: 500ms, 25s, 2m, 1h.'));
  const within = z.number().check(z.gte(toMs(min), bounds), z.lte(toMs(max), bounds));
  const schema = z.pipe(z.pipe(text, z.transform(toMs)), within);
  return { schema, accepts: `\`${min}\`–\`${max}\`` };
}

const KI = 1024;
const SIZE_UNITS = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: KI, Mi: KI * KI, Gi: KI * KI * KI } as const;
const SIZE = /^(\d{1,12})(k|M|G|Ki|Mi|Gi)?$/;

function toBytes(text: string): number {
  const [, amount = '', unit = ''] = SIZE.exec(text) ?? [];
  return Number(amount) * SIZE_UNITS[unit as keyof typeof SIZE_UNITS];
}

/** An amount of memory in the format of Kubernetes manifests; the value is in bytes. */
export function size(min: string, max: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `The value must be from ${min} to ${max}.`;
  const text = z.string().check(z.regex(SIZE, 'Write an amount as in a manifest: 96Mi, 1Gi, or a number of bytes.'));
  const within = z.number().check(z.gte(toBytes(min), bounds), z.lte(toBytes(max), bounds));
  const schema = z.pipe(z.pipe(text, z.transform(toBytes)), within);
  return { schema, accepts: `\`${min}\`–\`${max}\`` };
}

/** One of a few words, in any letter case. */
export function choice<const Word extends string>(...words: readonly Word[]): Kind<z.ZodMiniType<Word, string>> {
  const schema = z.pipe(
    z.string().check(z.toLowerCase()),
    z.enum(words, { error: `Write one of: ${words.join(', ')}.` }),
  );
  return { schema, accepts: words.map((word) => `\`${word}\``).join(', ') };
}

const switchSchema = z.pipe(
  choice('on', 'off').schema,
  z.transform((word) => word === 'on'),
);

/** `on` or `off`. */
export const onOff = (): Kind<typeof switchSchema> => ({ schema: switchSchema, accepts: '`on`, `off`' });

const fileSchema = z
  .string()
  .check(z.refine((text) => !text.includes('\0'), { error: 'A path cannot contain a NUL byte.', abort: true }))
  .check(
    z.refine((text) => !/^[a-z][a-z\d+.-]*:\/\//i.test(text), 'Write the path of a file; URLs are not supported.'),
  );

/** The path of a file. The module that loads the file checks whether it is readable. */
export const file = (): Kind<typeof fileSchema> => ({ schema: fileSchema, accepts: 'a path' });

const targetSchema = z
  .string()
  .check(z.regex(/^\/[!-~]*$/, 'Write the path as in a request line: it begins with / and contains no spaces.'));

/** The origin-form request target of RFC 9112 §3.2.1. */
export const requestTarget = (): Kind<typeof targetSchema> => ({ schema: targetSchema, accepts: 'a path such as `/`' });

const HOW_TO_WRITE_A_URL =
  'Write an absolute URL: http://host:port/path or https://… (Only its scheme and host are shown here, because it ' +
  'may contain a password.)';

const absoluteUrl = z.url({ protocol: /^https?$/, abort: true, error: HOW_TO_WRITE_A_URL });

function hasReadableCredentials(text: string): boolean {
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false; // an expected result, not a failure
  }
}

const hasNoCredentials = (text: string): boolean => {
  const { username, password } = new URL(text);
  return username === '' && password === '';
};

const normalized = z.transform((text: string) => new URL(text).href);

const urlSchema = z.pipe(
  absoluteUrl.check(
    z.refine(hasReadableCredentials, 'Percent-encode user name and password: write a % in them as %25.'),
  ),
  normalized,
);

/** An absolute http(s) URL, which may contain a user name and a password. */
export const url = (): Kind<typeof urlSchema> => ({
  schema: urlSchema,
  accepts: 'an `http://` or `https://` URL',
  holdsSecrets: true,
});

/** An absolute http(s) URL without credentials; `advice` names the right place for them. */
export const urlWithoutCredentials = (advice: string): Kind<typeof urlSchema> => ({
  schema: z.pipe(absoluteUrl.check(z.refine(hasNoCredentials, advice)), normalized),
  accepts: 'an `http://` or `https://` URL without credentials',
  holdsSecrets: true,
});
