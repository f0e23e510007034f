import { chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../test/conformance/servers/launch';
import { LOAD_CPU } from './load';
import { configuration, PROGRAMS, program, REPOSITORY } from './paths';
import { listening, start } from './processes';

/** The services behind the contenders, and the page that stands in for their 404. */
export interface Targets {
  readonly nginx: number;
  readonly webSocket: number;
  readonly pages: string;
  readonly page: string;
}

export const SMALL_CONTENT = 'Hello from the service behind the ambassador.';
/** A word of our page that no target and no contender would say by itself. */
export const PAGE_MARK = 'signpost-in-the-fog';
const PAGE = 'not-found.html';
/** About what a hand-made page with a few rules of style weighs. */
const PAGE_BYTES = 2048;

/** Writes the files, starts the services on the load's processor and resolves when they listen. */
export async function startTargets(dir: string): Promise<Targets> {
  const pages = join(dir, 'pages');
  writePage(pages);
  writeFiles(join(dir, 'files'));
  const [nginx, webSocket] = [await freePort(), await freePort()];
  const file = configuration('target.nginx.conf', dir, { dir, port: nginx, small: SMALL_CONTENT });
  const service = start({
    name: 'nginx as target',
    cpu: LOAD_CPU,
    argv: ['nginx', '-p', dir, '-e', 'stderr', '-c', file],
  });
  const echo = start({
    name: 'WebSocket echo',
    cpu: LOAD_CPU,
    argv: [process.execPath, program(PROGRAMS.webSocketEcho, dir), String(webSocket)],
    env: { NODE_PATH: join(REPOSITORY, 'node_modules') },
  });
  await Promise.all([listening(service, nginx), listening(echo, webSocket)]);
  return { nginx, webSocket, pages, page: PAGE };
}

function writePage(dir: string): void {
  mkdirSync(dir);
  const text = `<!doctype html><meta charset="utf-8"><title>Not found</title><h1>Not found</h1><p>${PAGE_MARK}</p>`;
  writeFileSync(join(dir, PAGE), text.padEnd(PAGE_BYTES - 1) + '\n');
}

function writeFiles(dir: string): void {
  mkdirSync(dir);
  chmodSync(join(dir, '..'), 0o755); // nginx's worker is another user where the bench runs as root
  writeFileSync(join(dir, '16k'), Buffer.alloc(16 * 1024, 'k'));
  writeFileSync(join(dir, '1m'), Buffer.alloc(1024 * 1024, 'm'));
  // A hole: it takes no room on the disk.
  writeFileSync(join(dir, '1g'), '');
  truncateSync(join(dir, '1g'), 1024 ** 3);
}
