import type * as Undici from 'undici';
import { barePath } from '../telemetry/bare-path';
import { errorMessage } from '../telemetry/error-message';

export interface TargetCheckOptions {
  readonly host: string;
  readonly port: number;
  /** The request target of the check. */
  readonly path: string;
  /** The time for which a result is cached, in milliseconds. Default 1000. */
  readonly cacheMs?: number;
  /** The time limit of a check, in milliseconds. Default 800: the kubelet limits a probe to one second by default. */
  readonly timeoutMs?: number;
}

export interface TargetCheck {
  /** Loads the HTTP client, so that the first probe is not delayed. */
  readonly start: () => Promise<void>;
  /** Describes the problem of the target in a sentence without secrets; resolves with `undefined` if there is none. */
  readonly problem: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const DEFAULT_CACHE_MS = 1000;
const DEFAULT_TIMEOUT_MS = 800;
const FIRST_SERVER_ERROR = 500;

/**
 * Checks over a separate connection whether the target responds; every status below 500 counts as healthy. The target
 * gets one request at a time and at most one per `cacheMs`, however many probes arrive.
 */
export function createTargetCheck(options: TargetCheckOptions): TargetCheck {
  const { cacheMs = DEFAULT_CACHE_MS } = options;
  let client: Promise<Undici.Client> | undefined;
  let last: Promise<string | undefined> | undefined;
  let freshUntil = -Infinity;
  const connected = (): Promise<Undici.Client> => (client ??= createClient(options));
  return {
    start: async () => {
      await connected();
    },
    problem() {
      if (last !== undefined && performance.now() < freshUntil) return last;
      freshUntil = Infinity;
      last = connected()
        .then((open) => ask(open, options))
        .finally(() => (freshUntil = performance.now() + cacheMs));
      return last;
    },
    close: async () => (await client)?.destroy(),
  };
}

/** Creates the client. undici takes 20 MiB and 0.2 s to load, so it is loaded only if the check is enabled. */
async function createClient({
  host,
  port,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: TargetCheckOptions): Promise<Undici.Client> {
  const { Client } = await import('undici');
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Client(`http://${authority}`, { connect: { timeout: timeoutMs } });
}

async function ask(
  client: Undici.Client,
  { path, timeoutMs = DEFAULT_TIMEOUT_MS }: TargetCheckOptions,
): Promise<string | undefined> {
  try {
    const { statusCode, body } = await client.request({
      path,
      method: 'GET',
      headers: { 'user-agent': 'ambassador-readiness' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    // Reading the whole content keeps the connection persistent; for long content that is not worthwhile.
    await body.dump({ limit: 64 * 1024, signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    return statusCode < FIRST_SERVER_ERROR
      ? undefined
      : `the target responded with ${statusCode} to GET ${barePath(path)}`;
  } catch (error) {
    return `the target did not respond to GET ${barePath(path)}: ${errorMessage(error)}`;
  }
}
