import { DEFAULT_HEAD_LIMITS, type HeadLimits, type RequestTrailers } from './http1/limits';
import { checkNames, isRecord, wrongArgument } from './middleware/argument';
import { type OnSubscriberError } from './middleware/subscriber';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from './tunnel/settings';

/** Limits and timeouts of the library; where the tunnel leads is told by options of their own. */
type Settings = Omit<TunnelSettings, 'targetHost' | 'targetPort'>;

/** The options of an ambassador. A property of another name is an error. */
export interface AmbassadorOptions {
  /** The port to listen on, as a number or as its digits. With 0 the system chooses one. */
  readonly port: number | string;
  /** The target's port, as a number or as its digits. */
  readonly target: number | string;
  /** The address to listen on. Default: every address, IPv6 and IPv4. */
  readonly host?: string;
  /** The target's host. Default: `127.0.0.1`. */
  readonly targetHost?: string;
  /**
   * Limits and timeouts that differ from the defaults of {@link TunnelSettings}, whose `targetHost` and `targetPort` have options
   * of their own.
   */
  readonly settings?: Partial<Omit<Settings, 'limits'>> & { readonly limits?: Partial<HeadLimits> };
  /** Receives every failure of a subscriber. Default: a line on standard error. */
  readonly onError?: OnSubscriberError;
}

/** The options after every check, with the defaults filled in. */
export interface CheckedOptions {
  readonly port: number;
  readonly host: string | undefined;
  readonly settings: TunnelSettings;
  readonly onError: OnSubscriberError | undefined;
}

/** The longest time that Node's timers take: one millisecond more makes them fire at once. */
const MAX_NUMBER = 2_147_483_647;

/** Reads a property that is there; `place` names it in errors. */
type Read<T> = (place: string, value: unknown) => T;
type Readers<T> = { readonly [Name in keyof T]-?: Read<T[Name]> };

const LIMITS: Readers<HeadLimits> = {
  maxHeadBytes: wholeFrom(1),
  maxRequestLineBytes: wholeFrom(1),
  maxFields: wholeFrom(1),
};

/** How each setting is checked. A setting without an entry does not compile. */
const SETTINGS: Readers<Settings> = {
  limits: (place, value) => ({ ...DEFAULT_HEAD_LIMITS, ...readProperties(place, value, LIMITS) }),
  requestTrailers: readTrailers,
  maxConnections: wholeFrom(0),
  maxPipelined: wholeFrom(1),
  maxDiscardBytes: wholeFrom(0),
  discardTimeoutMs: wholeFrom(0),
  headerTimeoutMs: wholeFrom(0),
  idleTimeoutMs: wholeFrom(0),
  connectTimeoutMs: wholeFrom(0),
  connectRetryWindowMs: wholeFrom(0),
  responseTimeoutMs: wholeFrom(0),
  progressTimeoutMs: wholeFrom(0),
  memoryBytes: wholeFrom(1, Number.MAX_SAFE_INTEGER),
  halfCloseTimeoutMs: wholeFrom(0),
};

const OPTION_NAMES = ['port', 'target', 'host', 'targetHost', 'settings', 'onError'];

/**
 * Checks the options of an ambassador, which no compiler has seen in a program in JavaScript. Each is read once.
 * @throws TypeError that names the option that is wrong and says what is expected.
 */
export function checkOptions(options: unknown): CheckedOptions {
  if (!isRecord(options)) throw wrongArgument('options', 'an object such as { port: 8080, target: 8087 }', options);
  checkNames('options', options, OPTION_NAMES);
  const { port, target, host, targetHost, settings, onError } = options;
  return {
    port: readPort('port', port, 0),
    host: readHost('host', host),
    settings: {
      ...DEFAULT_TUNNEL_SETTINGS,
      ...(settings === undefined ? {} : readProperties('settings', settings, SETTINGS)),
      targetHost: readHost('targetHost', targetHost) ?? DEFAULT_TUNNEL_SETTINGS.targetHost,
      targetPort: readPort('target', target, 1),
    },
    onError: readOnError(onError),
  };
}

/** A time in milliseconds that a timer can wait for. */
export const checkTimeout: Read<number> = wholeFrom(0);

function readPort(name: string, value: unknown, lowest: number): number {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (isWhole(port, lowest, 65_535)) return port;
  throw wrongArgument(name, `a port number from ${lowest} to 65535`, value);
}

function readHost(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw wrongArgument(name, 'an IP address or a host name', value);
}

function readOnError(value: unknown): OnSubscriberError | undefined {
  if (value === undefined || isFunction(value)) return value;
  throw wrongArgument('onError', 'a function (subscriber, error) => …', value);
}

const isFunction = (value: unknown): value is OnSubscriberError => typeof value === 'function';

/** Properties that are undefined count as left out: they would otherwise hide the defaults. */
function readProperties<T>(place: string, record: unknown, readers: Readers<T>): Partial<T> {
  if (!isRecord(record)) throw wrongArgument(place, 'an object', record);
  checkNames(place, record, Object.keys(readers));
  const properties: Partial<T> = {};
  for (const name in readers) {
    const value = record[name];
    if (value !== undefined) properties[name] = readers[name](`${place}.${name}`, value);
  }
  return properties;
}

function wholeFrom(lowest: number, highest = MAX_NUMBER): Read<number> {
  return (place, value) => {
    if (isWhole(value, lowest, highest)) return value;
    throw wrongArgument(place, `a whole number from ${lowest} to ${highest}`, value);
  };
}

function readTrailers(place: string, value: unknown): RequestTrailers {
  if (value === 'discard' || value === 'relay') return value;
  throw wrongArgument(place, "'discard' or 'relay'", value);
}

const isWhole = (value: unknown, lowest: number, highest: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest;
