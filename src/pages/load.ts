import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { close, fstat, open, read } from '../fs';

/**
 * The largest page, in bytes: 1 MiB. Kubernetes bounds a ConfigMap to the same size, so no page mounted from one is larger; and it
 * is what one client that reads slowly can make us hold, since a page is written to it in one piece.
 */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** A page's bytes as they are in the file (a byte order mark too), or one sentence that names the path and says what to do. */
export type LoadedPage =
  { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly problem: string };

/**
 * Reads an HTML page. Refused, with a problem that says why: what is missing, not readable, not a regular file, empty, larger than
 * {@link MAX_PAGE_BYTES} or not UTF-8 text. Never rejects, never reads more than one byte past the bound, never waits on a pipe.
 */
export async function loadPage(path: string): Promise<LoadedPage> {
  const name = JSON.stringify(path);
  try {
    // O_NONBLOCK: without it, opening a FIFO waits for a writer without end
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readPage(file, path, name);
    } finally {
      await close(file);
    }
  } catch (error) {
    return refuse(`${name} ${explain(error)}`);
  }
}

async function readPage(file: number, path: string, name: string): Promise<LoadedPage> {
  const stat = await fstat(file);
  if (stat.isDirectory()) {
    return refuse(`${name} is a directory: name the file in it, such as ${JSON.stringify(join(path, '404.html'))}`);
  }
  if (!stat.isFile()) return refuse(`${name} is not a regular file: name an HTML file`);
  const content = await readBounded(file);
  const fault = faultOf(content);
  return fault === undefined ? { ok: true, content } : refuse(`${name} ${fault}`);
}

/** Reads to the end or one byte past the bound. The size is not believed: a file can grow, and those of /proc say zero. */
async function readBounded(file: number): Promise<Buffer> {
  const room = Buffer.allocUnsafeSlow(MAX_PAGE_BYTES + 1);
  let length = 0;
  while (length < room.length) {
    const { bytesRead } = await read(file, room, length, room.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return Buffer.from(room.subarray(0, length)); // a copy, so that a small page does not hold the whole room
}

function faultOf(content: Buffer): string | undefined {
  if (content.length > MAX_PAGE_BYTES) {
    return `is larger than ${MAX_PAGE_BYTES} bytes (1 MiB): make it smaller, for instance the images in it`;
  }
  if (!isUtf8(content)) return 'is not UTF-8: save it as UTF-8, which is what browsers are told it is';
  // valid UTF-8, but no text holds it: UTF-16 without a byte order mark, or a binary file
  if (content.includes(0)) return 'holds NUL bytes, so it is not UTF-8 text: save it as UTF-8';
  if (content.toString().trim() === '') return 'is empty: write the page into it';
  return undefined;
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: check the path and that the volume is mounted',
  ENOTDIR: 'does not exist, as a part of the path is a file: check the path',
  ELOOP: 'is a symbolic link that leads to itself: name the HTML file',
  EACCES: 'cannot be read for lack of permission: let everybody read it (chmod a+r), as the user here may be any',
};

function explain(error: unknown): string {
  const code = String((error as NodeJS.ErrnoException).code);
  return ADVICE[code] ?? `cannot be read (${code}): name an HTML file that can`;
}

const refuse = (problem: string): LoadedPage => ({ ok: false, problem });
