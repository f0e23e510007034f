import { connect } from 'node:net';
import { PATHS } from './kinds';

const REQUEST = Buffer.from(`GET ${PATHS.small} HTTP/1.1\r\nHost: honest.test\r\n\r\n`);
const PATIENCE_MS = 5000;

/** One request on a connection of its own, as a client that means no harm sends it: its latency, or what went wrong. */
export type Honest = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly problem: string };

export function askHonestly(port: number): Promise<Honest> {
  return new Promise((resolve) => {
    const startedAtMs = performance.now();
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const finish = (result: Honest): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish({ ok: false, problem: 'timeout' }), PATIENCE_MS);
    socket.on('connect', () => socket.write(REQUEST));
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ ok: false, problem: error.code ?? error.message }));
    socket.on('end', () => finish({ ok: false, problem: received === '' ? 'closed' : received.slice(9, 12) }));
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (received.endsWith('ok')) finish({ ok: true, ms: performance.now() - startedAtMs });
    });
  });
}
