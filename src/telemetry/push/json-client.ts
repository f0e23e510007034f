/** Sends JSON to one server. */
export interface JsonClient {
  /** Resolves once the server has said 2xx. @throws Error that says in its message what went wrong. */
  readonly post: (path: string, json: string) => Promise<void>;
  /** Cuts off what is under way. */
  readonly close: () => Promise<void>;
}

/** Two, so that records that the server is slow to take do not keep the resources waiting. */
const CONNECTIONS = 2;

/**
 * Posts to paths below `url`, with the user name and password in it as Basic credentials. undici is loaded here, so that only those pay for it who want something posted: it takes
 * 20 MiB and a fifth of a second.
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
      if (statusCode < 200 || statusCode > 299) throw new Error(`it answered ${statusCode}`);
    },
    close: () => pool.destroy(),
  };
}
