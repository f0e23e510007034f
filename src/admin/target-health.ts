import type * as Undici from 'undici';
import { barePath } from '../telemetry/bare-path';
import { errorMessage } from '../telemetry/error-message';

export interface TargetCheckOptions {
  readonly host: string;
  readonly port: number;
  /** The request target of the question. */
  readonly path: string;
  /** How long an answer stands for the next question, in milliseconds. Default 1000. */
  readonly cacheMs?: number;
  /** In milliseconds. Default 800: the kubelet gives a probe one second unless it is told otherwise. */
  readonly timeoutMs?: number;
}

export interface TargetCheck {
  /** Loads what it needs, so that the first probe does not pay for it. */
  readonly start: () => Promise<void>;
  /** What is wrong with the target, in a sentence that everyone may read; `undefined`: nothing. */
  readonly problem: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const DEFAULT_CACHE_MS = 1000;
const DEFAULT_TIMEOUT_MS = 800;
const FIRST_SERVER_ERROR = 500;

/**
 * Asks the target, over a connection of its own, whether it answers; anything below 500 will do. However many probes
 * come, it is asked once at a time and once in `cacheMs`.
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

/** undici takes 20 MiB and a fifth of a second to load: only who asks for the check pays for it. */
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
    // Reading to the end keeps the connection; what is long is not worth that.
    await body.dump({ limit: 64 * 1024, signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    return statusCode < FIRST_SERVER_ERROR ? undefined : `the target answered ${statusCode} to GET ${barePath(path)}`;
  } catch (error) {
    return `the target did not answer GET ${barePath(path)}: ${errorMessage(error)}`;
  }
}
