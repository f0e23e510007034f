import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a target does after a response that is complete, by the name that a request path gives it. */
export const ENDINGS = {
  'empty-line': 'CRLF after the content, in the same write',
  'last-chunk': 'CRLF after the last chunk, in the same write',
  later: 'six bytes after the content, in a later write',
  characters: 'the rest of a UTF-8 page whose Content-Length counts characters',
  reset: 'RST',
  close: 'FIN',
  persist: 'nothing: the connection persists',
} as const;

export type Ending = keyof typeof ENDINGS;

export const ALL_ENDINGS = Object.keys(ENDINGS) as Ending[];

/** A target that gives complete responses, and then what the path says: `/ENDING/BYTES`, or `/ENDING/missing` for a 404. */
export interface SurplusTarget {
  readonly port: number;
  close(): Promise<void>;
}

/** The ambassador has read the response by then, where its client reads fast. */
const LATER_MS = 5;
const HEAD_END = '\r\n\r\n';
const NOT_FOUND = '<!doctype html><title>Bare</title>nöt found';

/** The content of a relayed response: its lines are numbered, so that a piece that is missing or moved is seen. */
export function contentOf(ending: Ending, length: number): Buffer {
  const letters = ending === 'characters' ? 'ä lëtter' : 'a letter';
  let text = '';
  for (let line = 0; text.length < length; line++) text += `<p>line ${line} of the page has ${letters}</p>\n`;
  return Buffer.from(text.slice(0, length));
}

interface Response {
  readonly content: Buffer;
  /** What Content-Length says; the content has more bytes where it counts characters. */
  readonly statedLength: number;
  readonly statusLine: string;
}

function responseTo(ending: Ending, what: string): Response {
  if (what === 'missing') {
    const content = Buffer.from(NOT_FOUND);
    const statedLength = ending === 'characters' ? NOT_FOUND.length : content.length;
    return { content, statedLength, statusLine: 'HTTP/1.1 404 Not Found' };
  }
  const length = Number(what);
  return { content: contentOf(ending, length), statedLength: length, statusLine: 'HTTP/1.1 200 OK' };
}

function render(ending: Ending, { content, statedLength, statusLine }: Response): Buffer {
  const head = `${statusLine}\r\nContent-Type: text/html; charset=utf-8\r\n`;
  if (ending === 'last-chunk') {
    const chunks = [
      `${head}Transfer-Encoding: chunked\r\n\r\n${content.length.toString(16)}\r\n`,
      content,
      '\r\n0\r\n\r\n\r\n',
    ];
    return Buffer.concat(chunks.map((piece) => Buffer.from(piece)));
  }
  const surplus = ending === 'empty-line' ? '\r\n' : '';
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${statedLength}\r\n\r\n`), content, Buffer.from(surplus)]);
}

/** The bytes that the other kernel has not acknowledged: a reset makes this kernel drop them. */
function unacknowledgedBytes({ localPort = 0, remotePort = 0 }: Socket): number {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const ports = new RegExp(`:${hex(localPort)} [0-9A-F]+:${hex(remotePort)} [0-9A-F]{2} ([0-9A-F]{8}):`);
  const queue = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => ports.exec(readFileSync(file, 'latin1'))?.[1]);
  return Number.parseInt(queue.find((length) => length !== undefined) ?? '0', 16);
}

async function resetOnceDelivered(socket: Socket): Promise<void> {
  while (!socket.destroyed && unacknowledgedBytes(socket) > 0) await delay(LATER_MS);
  socket.resetAndDestroy();
}

function answer(socket: Socket, ending: Ending, what: string): void {
  socket.write(render(ending, responseTo(ending, what)), () => {
    if (ending === 'later') setTimeout(() => socket.write('abcdef'), LATER_MS);
    if (ending === 'reset') void resetOnceDelivered(socket);
    if (ending === 'close') socket.end();
  });
}

const isEnding = (name: string): name is Ending => name in ENDINGS;

function serve(socket: Socket): void {
  let received = '';
  socket.setNoDelay(true);
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    const end = received.indexOf(HEAD_END);
    if (end < 0) return;
    const [, ending = '', what = ''] = /^GET \/([a-z-]+)\/([a-z0-9]+) /.exec(received) ?? [];
    received = received.slice(end + HEAD_END.length);
    if (isEnding(ending)) answer(socket, ending, what);
    else socket.destroy();
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
}

export async function listenAsSurplusTarget(port = 0, host = '127.0.0.1'): Promise<SurplusTarget> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket);
  });
  server.listen(port, host, 1024);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
