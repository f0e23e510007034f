import { type Socket } from 'node:net';

/** The request target by which the target of an attack knows what to do. */
export const PATHS = { small: '/small', large: '/large', hang: '/hang', busy: '/busy' } as const;

export const LARGE_BYTES = 1024 * 1024;

const KIB = 1024;
const fields = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: attack.test\r\n`;
const padding = (bytes: number): string => `X: ${'x'.repeat(bytes)}`;

const UNFINISHED_HEAD = Buffer.from(fields(PATHS.small) + padding(60 * KIB));
const PIPELINE = Buffer.from(`${fields(PATHS.hang)}\r\n${`${fields(PATHS.small)}${padding(4000)}\r\n\r\n`.repeat(75)}`);
const LARGE_HEAD = Buffer.from(`${fields(PATHS.hang)}${padding(60 * KIB)}\r\n\r\n`);
const UPLOAD = Buffer.concat([
  Buffer.from(`${fields(PATHS.busy, 'POST')}Content-Length: ${LARGE_BYTES}\r\n\r\n`),
  Buffer.alloc(LARGE_BYTES, 'b'),
]);
const DOWNLOAD = Buffer.from(`${fields(PATHS.large)}\r\n`);
const SMALL = Buffer.from(`${fields(PATHS.small)}\r\n`);

/** The ways in which one connection can make the ambassador hold memory, and what the connection sends for it. */
const KINDS = {
  'unfinished heads': (socket: Socket) => socket.write(UNFINISHED_HEAD),
  'pipelined requests': (socket: Socket) => socket.write(PIPELINE),
  'large heads in flight': (socket: Socket) => socket.write(LARGE_HEAD),
  'uploads to a busy service': (socket: Socket) => socket.write(UPLOAD),
  'stalled readers': (socket: Socket) => {
    socket.pause();
    socket.write(DOWNLOAD);
  },
  'idle connections': (socket: Socket) => socket.write(SMALL),
} as const;

type SingleKind = keyof typeof KINDS;
export type Kind = SingleKind | 'a mix';

const SINGLE = Object.keys(KINDS) as SingleKind[];
export const ALL_KINDS: readonly Kind[] = [...SINGLE, 'a mix'];

/** Lets the connection with this number act; a mix takes the kinds in turn. */
export function act(kind: Kind, number: number, socket: Socket): void {
  const single = kind === 'a mix' ? SINGLE[number % SINGLE.length] : kind;
  if (single === undefined) return;
  socket.resume();
  KINDS[single](socket);
}
