import { connect, type Socket } from 'node:net';

import { readResponses } from '../reference-reader';
import { type Check } from './check';
import { CLIENT_LIMIT_MS, type Client } from './client';
import { seenText, type Seen } from './observation';

/** One write's worth of requests on a fresh connection. */
interface Script {
  readonly methods: readonly string[];
  /** Sent one after the other, each when the response to the one before is there. */
  readonly pieces: readonly string[];
}

function requestText(check: Check, port: number): string {
  const fields = Object.entries(check.fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const line = `${check.method} ${check.path} HTTP/1.1\r\nhOsT: 127.0.0.1:${port}\r\n${fields.join('')}`;
  if (check.body.is === 'none') return `${line}\r\n`;
  const { text } = check.body;
  if (check.body.is === 'sized') return `${line}Content-Length: ${text.length}\r\n\r\n${text}`;
  const size = text.length.toString(16).toUpperCase();
  return `${line}Transfer-Encoding: chunked\r\n\r\n${size};why=not\r\n${text}\r\n0\r\n\r\n`;
}

function scriptOf(check: Check, port: number): Script {
  const text = requestText(check, port);
  const methods = Array.from({ length: check.times }, () => check.method);
  return { methods, pieces: methods.map(() => text) };
}

/** Says whether the responses so far are enough to send the next piece, or to end. */
async function converse(port: number, script: Script): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    return await exchange(socket, script);
  } finally {
    socket.destroy();
  }
}

function exchange(socket: Socket, script: Script): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), CLIENT_LIMIT_MS);
    let received = Buffer.alloc(0);
    let sent = 0;
    const finish = (): void => {
      clearTimeout(timer);
      resolve(received);
    };
    const proceed = (): void => {
      const { responses } = readResponses(received, script.methods, false);
      const answered = responses.length;
      if (responses.at(-1)?.isPersistent === false) return; // the end of the connection is part of what was promised
      if (answered === script.methods.length) finish();
      else if (answered >= sent && sent < script.pieces.length) socket.write(script.pieces[sent++] ?? '', 'latin1');
    };
    socket.on('connect', proceed);
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      proceed();
    });
    socket.on('end', finish);
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

function seenBytes(bytes: Buffer, methods: readonly string[]): readonly Seen[] {
  const { responses, ending } = readResponses(bytes, methods, true);
  if (ending.at === 'fault') throw new Error(`unreadable answer: ${ending.why}`);
  return responses.map((response) => seenText(response.head, response.body));
}

async function run(script: Script, port: number): Promise<readonly Seen[]> {
  return seenBytes(await converse(port, script), script.methods);
}

/** Bytes on a socket: sees every head exactly as it came. */
export const rawClient: Client = {
  name: 'socket',
  version: () => process.versions.node,
  can: () => true,
  run: (check, port) => run(scriptOf(check, port), port),
  stop: () => Promise.resolve(),
};

const get = (path: string, port: number, rest = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${rest}\r\n`;

/** Things that only bytes can say. */
const UNUSUAL: Readonly<Record<string, (port: number) => Script>> = {
  'http/1.0': () => ({ methods: ['GET'], pieces: ['GET / HTTP/1.0\r\n\r\n'] }),
  'http/1.0 kept alive': () => ({
    methods: ['GET', 'GET'],
    pieces: Array.from({ length: 2 }, () => 'GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n'),
  }),
  'http/1.0 stream': () => ({ methods: ['GET'], pieces: ['GET /stream HTTP/1.0\r\nHost: a\r\n\r\n'] }),
  pipelined: (port) => ({
    methods: ['GET', 'HEAD', 'GET'],
    pieces: [get('/', port) + get('/', port).replace('GET', 'HEAD') + get('/', port)],
  }),
  'pipelined 404 between': (port) => ({
    methods: ['GET', 'GET', 'GET'],
    pieces: [get('/', port) + get('/missing', port) + get('/', port)],
  }),
  'absolute form': (port) => ({ methods: ['GET'], pieces: [get(`http://127.0.0.1:${port}/`, port)] }),
  'asterisk form': (port) => ({ methods: ['OPTIONS'], pieces: [get('*', port).replace('GET', 'OPTIONS')] }),
  'connection close': (port) => ({ methods: ['GET'], pieces: [get('/', port, 'Connection: close\r\n')] }),
  'bytes above 127': (port) => ({
    methods: ['GET'],
    pieces: [get('/', port, 'X-Name: caf\xe9 \xff\r\nX-Empty:\r\nX-Tight:a \t\r\n')],
  }),
  'many fields': (port) => ({
    methods: ['GET'],
    pieces: [get('/', port, Array.from({ length: 40 }, (_, index) => `X-Field-${index}: value ${index}\r\n`).join(''))],
  }),
  'h2c offered': (port) => ({
    methods: ['GET'],
    pieces: [
      get(
        '/',
        port,
        'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n',
      ),
    ],
  }),
};

export const UNUSUAL_NAMES: readonly string[] = Object.keys(UNUSUAL);

/** Carries out one of the checks that only bytes can say. */
export async function runUnusual(name: string, port: number): Promise<readonly Seen[]> {
  const script = UNUSUAL[name]?.(port);
  if (script === undefined) throw new Error(`no check is called ${name}`);
  return await run(script, port);
}
