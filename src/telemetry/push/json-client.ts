/** Sends JSON to one server. */
export interface JsonClient {
  /**
   * Posts JSON to a path; resolves when the server has responded with 2xx.
   * @throws Error whose message describes the failure
   */
  readonly post: (path: string, json: string) => Promise<void>;
  /** Aborts requests in flight. */
  readonly close: () => Promise<void>;
}

/** The number of connections: with two, a slow POST of records does not delay the resources. */
const CONNECTIONS = 2;

/**
 * Creates a client that posts to paths below `url`, with the user name and password of `url` as Basic credentials.
 * undici takes 20 MiB and 0.2 s to load, so it is loaded only here.
 */
export async function createPoster(url: string, timeoutMs: number): Promise<JsonClient> {
  const { Pool } = await import('undici');
  const { origin, pathname, username, password } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, connect: { timeout: timeoutMs } });
  const base = pathname.replace(/\/+$/, '');
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'ambassador',
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
  return {
    async post(path, json) {
      const signal = AbortSignal.timeout(timeoutMs);
      const { statusCode, body } = await pool.request({
        path: base + path,
        method: 'POST',
        headers,
        body: json,
        signal,
      });
      await body.dump();
      if (statusCode < 200 || statusCode > 299) throw new Error(`the server responded with ${statusCode}`);
    },
    close: () => pool.destroy(),
  };
}
