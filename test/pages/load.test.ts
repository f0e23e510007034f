import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadPage, MAX_PAGE_BYTES } from '../../src/pages/load';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'load-'));
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes 404.html and returns its path. */
const page = (content: string | Buffer): string => {
  const path = join(directory, '404.html');
  writeFileSync(path, content);
  return path;
};

/** File permissions say nothing to root, so a root that runs these tests steps down for a moment. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a page', () => {
  test.each([
    ['a short one', Buffer.from('<h1>Look somewhere else 💥</h1>')],
    ['one with a byte order mark, which it keeps', Buffer.from('\uFEFF<h1>x</h1>')],
    ['one of exactly the bound', Buffer.alloc(MAX_PAGE_BYTES, 'é')],
  ])('is loaded byte for byte: %s', async (_, content) => {
    const loaded = await loadPage(page(content));
    expect(loaded.ok && loaded.content.equals(content)).toBe(true);
  });

  test('may be reached through symbolic links', async () => {
    page('linked');
    symlinkSync('404.html', join(directory, 'link'));
    expect(await loadPage(join(directory, 'link'))).toEqual({ ok: true, content: Buffer.from('linked') });
  });

  test('may say it is of no size, as the files of /proc do', async () => {
    expect(await loadPage('/proc/self/status')).toMatchObject({ ok: true });
  });
});

describe('the problem names the path and says what to do', () => {
  const at = (name: string): string => join(directory, name);
  test.each<[string, () => string, string]>([
    ['a missing file', () => at('none.html'), 'does not exist: check the path and that the volume is mounted'],
    ['a dangling link', () => (symlinkSync('gone', at('l')), at('l')), 'does not exist: check the path'],
    ['a path through a file', () => join(page('x'), 'y.html'), 'does not exist, as a part of the path is a file'],
    ['a link to itself', () => (symlinkSync('l', at('l')), at('l')), 'is a symbolic link that leads to itself'],
    ['a name too long', () => at('x'.repeat(300)), 'cannot be read (ENAMETOOLONG): name an HTML file that can'],
    [
      'a pipe nobody writes to',
      () => (execFileSync('sh', ['-c', 'mkfifo "$0"', at('p')]), at('p')),
      'is not a regular file',
    ],
    ['an endless device', () => '/dev/zero', 'is not a regular file: name an HTML file'],
    ['an empty file', () => page(''), 'is empty: write the page into it'],
    ['white space alone', () => page(' \r\n\t\uFEFF'), 'is empty'],
    ['one byte too many', () => page(Buffer.alloc(MAX_PAGE_BYTES + 1, 'x')), 'is larger than 1048576 bytes (1 MiB)'],
    ['ISO 8859-1', () => page(Buffer.from('<h1>é</h1>', 'latin1')), 'is not UTF-8: save it as UTF-8'],
    ['an overlong form', () => page(Buffer.from([0x3c, 0xc0, 0xaf])), 'is not UTF-8'],
    ['a lone surrogate', () => page(Buffer.from([0xed, 0xa0, 0x80])), 'is not UTF-8'],
    ['UTF-16 with its mark', () => page(Buffer.from('\uFEFF<h1>', 'utf16le')), 'is not UTF-8'],
    ['UTF-16 without', () => page(Buffer.from('<h1>', 'utf16le')), 'holds NUL bytes, so it is not UTF-8 text'],
  ])('%s', async (_, make, problem) => {
    const path = make();
    const loaded = await loadPage(path);
    expect(loaded).toEqual({ ok: false, problem: expect.stringContaining(`${JSON.stringify(path)} ${problem}`) });
  });

  test('a directory', async () => {
    mkdirSync(join(directory, 'd'));
    const path = join(directory, 'd');
    expect(await loadPage(path)).toEqual({
      ok: false,
      problem: `"${path}" is a directory: name the file in it, such as "${path}/404.html"`,
    });
  });

  test('a file that may not be read', async () => {
    const path = page('secret');
    chmodSync(path, 0o000);
    const loaded = await asOrdinaryUser(() => loadPage(path));
    expect(loaded).toEqual({
      ok: false,
      problem: expect.stringContaining(`"${path}" cannot be read for lack of permission: let everybody read it`),
    });
  });
});
