/** A value, or what is wrong with the text it was read from and what to do. */
export type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly advice: string };

/** How the text of a variable is read, and in words for a table what it accepts. */
export interface Kind<Value> {
  readonly read: (text: string) => Reading<Value>;
  readonly accepts: string;
}

/*
 * By hand, because this is read at every start: a library for schemas took nearly half of the instructions until the port
 * was open, and 13 MiB of memory from then on, for a dozen rules.
 */

const fine = <Value>(value: Value): Reading<Value> => ({ ok: true, value });
const refused = (advice: string): { readonly ok: false; readonly advice: string } => ({ ok: false, advice });

/** A text that `isRight`, taken as it is. */
const textOf = (isRight: (text: string) => boolean, advice: string, accepts: string): Kind<string> => ({
  read: (text) => (isRight(text) ? fine(text) : refused(advice)),
  accepts,
});

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

function readPort(text: string): Reading<number> {
  const isPort = DIGITS.test(text) && Number(text) >= 1 && Number(text) <= 65535;
  return isPort ? fine(Number(text)) : refused(portAdvice(text));
}

/** A TCP port that somebody can be told of; 0 ("any") is refused, for no Service could point at it. */
export const port = (): Kind<number> => ({ read: readPort, accepts: '`1`–`65535`' });

function readPortOrOff(text: string): Reading<number | 'off'> {
  if (text.toLowerCase() === 'off') return fine('off');
  const reading = readPort(text);
  return reading.ok ? reading : refused(`${reading.advice} To do without it, write off.`);
}

/** A TCP port, or the word `off`. */
export const portOrOff = (): Kind<number | 'off'> => ({ read: readPortOrOff, accepts: '`1`–`65535`, `off`' });

/** Labels of RFC 1123 §2.1. An IPv4 address has the same shape. */
const HOST_NAME = /^(?=.{1,253}\.?$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*\.?$/i;

const isIpv6 = (text: string): boolean => /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);

/** An IP address or a host name. */
export const host = (): Kind<string> =>
  textOf(
    (text) => HOST_NAME.test(text) || isIpv6(text),
    'Give an IP address (IPv6 without brackets) or a host name alone: no scheme, no port.',
    'an IP address or a host name',
  );

const within = (value: number, min: number, max: number, advice: string): Reading<number> =>
  value >= min && value <= max ? fine(value) : refused(advice);

/** A whole number of something, both bounds included. */
export function count(min: number, max: number, what: string): Kind<number> {
  return {
    read: (text) =>
      DIGITS.test(text)
        ? within(Number(text), min, max, `From ${min} to ${max} ${what} can be set.`)
        : refused(`Write a whole number of ${what}, in digits only.`),
    accepts: `\`${min}\`–\`${max}\` ${what}`,
  };
}

function toMs(text: string): number | undefined {
  const [, amount, unit = 's'] = DURATION.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]);
}

/** A length of time; a plain number is seconds. Bounds are written the same way; the value is whole milliseconds. */
export function duration(min: string, max: string): Kind<number> {
  const [minMs = 0, maxMs = Infinity] = [toMs(min), toMs(max)];
  return {
    read(text) {
      const ms = toMs(text);
      return ms === undefined
        ? refused('Write a number of seconds, or a number with its unit: 500ms, 25s, 2m, 1h.')
        : within(ms, minMs, maxMs, `From ${min} to ${max} can be set.`);
    },
    accepts: `\`${min}\`–\`${max}\``,
  };
}

/** One of a few words, in any letter case. */
export function choice<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return {
    read(text) {
      const word = words.find((one) => one === text.toLowerCase());
      return word === undefined ? refused(`Write one of: ${words.join(', ')}.`) : fine(word);
    },
    accepts: words.map((word) => `\`${word}\``).join(', '),
  };
}

/** `on` or `off`. */
export function onOff(): Kind<boolean> {
  const { read, accepts } = choice('on', 'off');
  return {
    read(text) {
      const reading = read(text);
      return reading.ok ? fine(reading.value === 'on') : reading;
    },
    accepts,
  };
}

/** The path of a file; whether it can be read is found out by who reads it. */
export const file = (): Kind<string> => textOf((text) => !text.includes('\0'), 'A path has no NUL byte.', 'a path');

/** The origin-form request target of RFC 9112 §3.2.1. */
export const requestTarget = (): Kind<string> =>
  textOf(
    (text) => /^\/[!-~]*$/.test(text),
    'Write the path as in a request line: it begins with / and has no spaces.',
    'a path such as `/`',
  );

function readUrl(text: string): Reading<string> {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text))
    return refused('Write an absolute URL: http://host:port/path or https://…');
  const { username, password } = new URL(text);
  const hasSecret = username !== '' || password !== '';
  return hasSecret
    ? refused('Leave user name and password out of the URL: they would be shown wherever it is.')
    : fine(text);
}

/** An absolute http(s) URL that carries no credentials. */
export const url = (): Kind<string> => ({ read: readUrl, accepts: 'an `http://` or `https://` URL' });
