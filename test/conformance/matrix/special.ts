import { request } from 'node:http';

import { WebSocket } from 'ws';

import { CLIENT_LIMIT_MS } from './client';
import { seen, type Seen } from './observation';

const WORDS = ['hi', 'x'.repeat(70_000), 'bye'];

/** Talks over a WebSocket; the content is what was said back. */
export function talkWebSocket(port: number): Promise<readonly Seen[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, { handshakeTimeout: CLIENT_LIMIT_MS });
    const heard: string[] = [];
    socket.on('open', () => socket.send(WORDS[0] ?? ''));
    socket.on('message', (bytes: Buffer) => {
      heard.push(bytes.toString());
      const next = WORDS[heard.length];
      if (next === undefined) socket.close(4000, 'done');
      else socket.send(next);
    });
    socket.on('close', (code) => resolve([seen(101, String(code), [], Buffer.from(heard.join('\n')))]));
    socket.on('error', reject);
  });
}

/** How long after the first byte of an event stream its end came, in milliseconds. */
export function timeEvents(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(CLIENT_LIMIT_MS);
    const message = request({ host: '127.0.0.1', port, path: '/events', agent: false, signal }, (response) => {
      let firstAt = Number.NaN;
      response.on('data', () => (firstAt = Number.isNaN(firstAt) ? performance.now() : firstAt));
      response.on('end', () => resolve(performance.now() - firstAt));
      response.on('error', reject);
    });
    message.on('error', reject).end();
  });
}
