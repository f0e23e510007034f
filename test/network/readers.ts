import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Agent, type IncomingMessage, get } from 'node:http';
import { type Socket, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Where a reader sends its request. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** The content of the response as the client got it. Rejects where the client can tell that it is not complete. */
export type Read = (place: Place) => Promise<Buffer>;

const ACCEPT = 'text/html,*/*;q=0.8';
const HEAD_END = Buffer.from('\r\n\r\n');

const STOP_BYTES = 64 * 1024;
const STOP_MS = 10;

/** Reads a connection to its end; a slow reader stops for 10 ms after each 64 KiB. */
export const readSocket =
  (isSlow: boolean): Read =>
  async ({ host, port, path }) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const pieces: Buffer[] = [];
    let sinceStop = 0;
    socket.on('data', (bytes: Buffer) => {
      pieces.push(bytes);
      sinceStop += bytes.length;
      if (!isSlow || sinceStop < STOP_BYTES) return;
      sinceStop = 0;
      socket.pause();
      setTimeout(() => socket.resume(), STOP_MS);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${ACCEPT}\r\n\r\n`);
    await once(socket, 'end'); // rejects on a reset
    socket.end();
    return contentOf(Buffer.concat(pieces));
  };

/** What follows the head, the chunked coding removed where there is one. */
function contentOf(response: Buffer): Buffer {
  const headEnd = response.indexOf(HEAD_END);
  const head = response.toString('latin1', 0, headEnd);
  const body = response.subarray(headEnd + HEAD_END.length);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length !== undefined) {
    if (body.length !== Number(length)) throw new Error(`${body.length} bytes of ${length}`);
    return body;
  }
  const [line = '', size = ''] = /^([0-9a-f]+)\r\n/.exec(body.toString('latin1', 0, 20)) ?? [];
  const content = body.subarray(line.length, line.length + Number.parseInt(size, 16));
  const rest = body.toString('latin1', line.length + content.length);
  if (rest !== '\r\n0\r\n\r\n') throw new Error(`the chunked content ends in ${JSON.stringify(rest.slice(-40))}`);
  return content;
}

/** curl, which fails where content is missing; `rate` is that of its `--limit-rate`. */
export const readWithCurl =
  (rate: string): Read =>
  async ({ host, port, path }) => {
    const args = ['-sS', '--limit-rate', rate, '-H', `Accept: ${ACCEPT}`, `http://${host}:${port}${path}`];
    const curl = spawn('curl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(curl, 'close') as Promise<[number]>;
    const content = await buffer(curl.stdout);
    const [code] = await closed;
    if (code !== 0) throw new Error(`curl ended with code ${code} after ${content.length} bytes`);
    return content;
  };

/** A request on a connection that has served one before broke: whether the service got it is not known. */
class BrokenReuse extends Error {}

/**
 * A Node client that keeps its connections, and retries as browsers do: once, on a new connection, where one that was reused
 * broke before the head of a response.
 */
export function readWithAgent(agent: Agent): Read {
  const reused = new WeakSet<Socket>();
  return async (place) => {
    try {
      return await readOnce(place, agent, reused);
    } catch (error) {
      if (error instanceof BrokenReuse) return readOnce(place, false, reused);
      throw error;
    }
  };
}

async function readOnce({ host, port, path }: Place, agent: Agent | false, reused: WeakSet<Socket>): Promise<Buffer> {
  const request = get({ host, port, path, agent, headers: { accept: ACCEPT } });
  // `request.reusedSocket` is false where the agent gives a connection to a request that waited for one.
  const reusedBy = new Set<Socket>();
  request.on('socket', (socket) => {
    if (reused.has(socket)) reusedBy.add(socket);
    reused.add(socket);
  });
  let response: IncomingMessage;
  try {
    [response] = (await once(request, 'response')) as [IncomingMessage];
  } catch (error) {
    throw reusedBy.size > 0 ? new BrokenReuse((error as Error).message) : error;
  }
  const content = await buffer(response);
  if (!response.complete) throw new Error(`the response is incomplete after ${content.length} bytes`);
  return content;
}
