import * as z from 'zod/mini';

/** How the text of a variable is read: its zod schema, and in words for a table what it accepts. */
export interface Kind<Schema extends z.ZodMiniType<unknown, string>> {
  readonly schema: Schema;
  readonly accepts: string;
  /** Whether a value may carry credentials, so that no problem repeats more than its scheme and host. */
  readonly holdsSecrets?: boolean;
}

const SECOND = 1000;
const UNITS_MS = { ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/;

/** No leading zero: whether `08080` means 8080, or octal, or a slip of the hand is not ours to guess. */
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

/** A TCP port that somebody can be told of; 0 ("any") is refused, for no Service could point at it. */
export const port = (): Kind<typeof portSchema> => ({ schema: portSchema, accepts: '`1`–`65535`' });

const portOrOffSchema = z.pipe(
  z.string().check(
    z.refine((text) => text.toLowerCase() === 'off' || isPort(text), {
      error: ({ input }) => `${portAdvice(String(input))} To do without it, write off.`,
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
  error: 'Give an IP address (IPv6 without brackets) or a host name alone: no scheme, no port.',
});

/** An IP address or a host name. */
export const host = (): Kind<typeof hostSchema> => ({ schema: hostSchema, accepts: 'an IP address or a host name' });

/** A whole number of something, both bounds included. */
export function count(min: number, max: number, what: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `From ${min} to ${max} ${what} can be set.`;
  const digits = z.string().check(z.regex(DIGITS, `Write a whole number of ${what}, in digits only.`));
  const within = z.number().check(z.gte(min, bounds), z.lte(max, bounds));
  const schema = z.pipe(z.pipe(digits, toNumber), within);
  return { schema, accepts: `\`${min}\`–\`${max}\` ${what}` };
}

function toMs(text: string): number {
  const [, amount = '', unit = 's'] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]);
}

/** A length of time; a plain number is seconds. Bounds are written the same way; the value is whole milliseconds. */
export function duration(min: string, max: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `From ${min} to ${max} can be set.`;
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

/** An amount of memory, written as in a Kubernetes manifest; the value is bytes. */
export function size(min: string, max: string): Kind<z.ZodMiniType<number, string>> {
  const bounds = `From ${min} to ${max} can be set.`;
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
  .check(z.refine((text) => !text.includes('\0'), { error: 'A path has no NUL byte.', abort: true }))
  .check(z.refine((text) => !/^[a-z][a-z\d+.-]*:\/\//i.test(text), 'Name a file: nothing is fetched from a URL.'));

/** The path of a file; whether it can be read is found out by who reads it. */
export const file = (): Kind<typeof fileSchema> => ({ schema: fileSchema, accepts: 'a path' });

const targetSchema = z
  .string()
  .check(z.regex(/^\/[!-~]*$/, 'Write the path as in a request line: it begins with / and has no spaces.'));

/** The origin-form request target of RFC 9112 §3.2.1. */
export const requestTarget = (): Kind<typeof targetSchema> => ({ schema: targetSchema, accepts: 'a path such as `/`' });

const HOW_TO_WRITE_A_URL =
  'Write an absolute URL: http://host:port/path or https://… (More of it than scheme and host is not repeated here: it may ' +
  'hold a password.)';

const absoluteUrl = z.url({ protocol: /^https?$/, abort: true, error: HOW_TO_WRITE_A_URL });

function hasReadableCredentials(text: string): boolean {
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false; // the answer to the question, not a failure
  }
}

const hasNoCredentials = (text: string): boolean => {
  const { username, password } = new URL(text);
  return username === '' && password === '';
};

const normalized = z.transform((text: string) => new URL(text).href);

const urlSchema = z.pipe(
  absoluteUrl.check(
    z.refine(hasReadableCredentials, 'Percent-encode user name and password: a % in them is written %25.'),
  ),
  normalized,
);

/** An absolute http(s) URL, which may carry a user name and a password. */
export const url = (): Kind<typeof urlSchema> => ({
  schema: urlSchema,
  accepts: 'an `http://` or `https://` URL',
  holdsSecrets: true,
});

/** An absolute http(s) URL without credentials; `advice` says where they belong instead. */
export const urlWithoutCredentials = (advice: string): Kind<typeof urlSchema> => ({
  schema: z.pipe(absoluteUrl.check(z.refine(hasNoCredentials, advice)), normalized),
  accepts: 'an `http://` or `https://` URL without credentials',
  holdsSecrets: true,
});
