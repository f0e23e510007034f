import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
  type FSWatcher,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadPage } from '../../src/pages/load';
import { type WatchOptions } from '../../src/pages/watch';
import { layouts, POLLS_ONLY, SENSES_EVENTS, watched, type Watched } from '../support/watched';

let root = '';
const opened: { readonly close: () => void }[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  rmSync(root, { recursive: true });
});

/** Watches until the test is over. */
function open(path: string, options?: WatchOptions): Watched {
  const watcher = watched(path, options);
  opened.push(watcher);
  return watcher;
}

describe.each(Object.entries(layouts))('%s', (_, make) => {
  test.each([
    ['is told by the directory', SENSES_EVENTS],
    ['is found by polling where no watch can be had', POLLS_ONLY],
  ])('%s, and each new page reported once', async (_sense, options) => {
    const { path, write } = make(root);
    write('one');
    const { count } = open(path, options);
    await count(1);
    write('two');
    await count(2);
    write('two');
    write('three');
    expect(await count(3)).toEqual(['one', 'two', 'three']);
  });

  test('a broken page is reported once, however often it is looked at, until a good one comes', async () => {
    const { path, write } = make(root);
    write('good');
    let reads = 0;
    const load = (at: string) => (reads++, loadPage(at));
    const { count } = open(path, { settleMs: 1, pollMs: 5, load, current: Buffer.from('good') });
    write(Buffer.from([0xff]));
    await count(1);
    while (reads < 5) await new Promise((resolve) => setImmediate(resolve));
    write('better');
    expect(await count(2)).toEqual([expect.stringMatching(/^problem: ".*404\.html" is not UTF-8/), 'better']);
  });
});

describe('a page that goes and comes back', () => {
  test.each([
    ['told by the directory', SENSES_EVENTS],
    ['found by polling', POLLS_ONLY],
  ])('is a problem, then news even where it is the same as before: %s', async (_, options) => {
    const path = join(root, '404.html');
    writeFileSync(path, 'page');
    const { count } = open(path, { ...options, current: Buffer.from('page') });
    rmSync(path);
    await count(1);
    writeFileSync(path, 'page');
    expect(await count(2)).toEqual([expect.stringMatching(/^problem: ".*" does not exist/), 'page']);
  });

  test('may take its directory along', async () => {
    const path = join(root, 'pages', '404.html');
    mkdirSync(dirname(path));
    writeFileSync(path, 'one');
    const { count } = open(path, { settleMs: 0, pollMs: 10 });
    await count(1);
    rmSync(dirname(path), { recursive: true });
    await count(2);
    mkdirSync(dirname(path));
    writeFileSync(path, 'two');
    expect((await count(3)).at(-1)).toBe('two');
  });

  test('may be in a directory that does not exist yet', async () => {
    const path = join(root, 'later', '404.html');
    const { count } = open(path, { pollMs: 10 });
    expect(await count(1)).toEqual([expect.stringMatching(/^problem: /)]);
    mkdirSync(dirname(path));
    writeFileSync(`${path}.new`, 'there');
    renameSync(`${path}.new`, path);
    expect((await count(2))[1]).toBe('there');
  });
});

test('a file outside the directory, reached through a link, is followed by polling', async () => {
  mkdirSync(join(root, 'mounted'));
  symlinkSync('../page.html', join(root, 'mounted', '404.html'));
  writeFileSync(join(root, 'page.html'), 'one');
  const { count } = open(join(root, 'mounted', '404.html'), { settleMs: 5, pollMs: 10 });
  await count(1);
  writeFileSync(join(root, 'page.html'), 'another');
  expect(await count(2)).toEqual(['one', 'another']);
});

test('what is being served already is no news', async () => {
  const path = join(root, '404.html');
  writeFileSync(path, 'served');
  const { count } = open(path, { ...SENSES_EVENTS, current: Buffer.from('served') });
  const witness = open(path, { ...SENSES_EVENTS, settleMs: 50 });
  await witness.count(1);
  writeFileSync(path, 'new');
  expect(await count(1)).toEqual(['new']);
});

test('a page that does not change is read once, a broken one at every poll', async () => {
  const reads = { good: 0, broken: 0 };
  const [good, missing] = [join(root, 'good.html'), join(root, 'missing.html')];
  writeFileSync(good, 'good');
  open(good, { ...POLLS_ONLY, load: (at) => (reads.good++, loadPage(at)) });
  open(missing, { ...POLLS_ONLY, load: (at) => (reads.broken++, loadPage(at)) });
  while (reads.broken < 8) await new Promise((resolve) => setImmediate(resolve));
  expect(reads.good).toBe(1);
});

test('a page that is being written is not read before it is whole', async () => {
  const path = join(root, '404.html');
  writeFileSync(path, '');
  const { count } = open(path, { settleMs: 50, pollMs: 5, current: Buffer.from('before') });
  let written = 0;
  const writer = setInterval(() => {
    appendFileSync(path, `${++written} `);
    if (written === 50) clearInterval(writer);
  }, 5);
  opened.push({ close: () => clearInterval(writer) });
  expect(await count(1)).toEqual([Array.from({ length: 50 }, (_, i) => `${i + 1} `).join('')]);
});

test('a watch that is lost on the way is replaced by the poll', async () => {
  const path = join(root, '404.html');
  writeFileSync(path, 'one');
  const lost: FSWatcher[] = [];
  const { count } = open(path, {
    pollMs: 10,
    watchDirectory(...args) {
      const watcher = watch(...args);
      lost.push(watcher);
      return watcher;
    },
  });
  await count(1);
  lost[0]?.emit('error', Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
  writeFileSync(path, 'two');
  expect(await count(2)).toEqual(['one', 'two']);
});

test('a directory in which something changes all the time does not put a reload off', async () => {
  mkdirSync(join(root, 'v1'));
  mkdirSync(join(root, 'v2'));
  writeFileSync(join(root, 'v1', '404.html'), 'one');
  writeFileSync(join(root, 'v2', '404.html'), 'two');
  symlinkSync('v1', join(root, 'current'));
  symlinkSync('current/404.html', join(root, '404.html'));
  const { count } = open(join(root, '404.html'), { ...SENSES_EVENTS, settleMs: 60 });
  await count(1);
  const noise = setInterval(() => writeFileSync(join(root, 'noise'), String(performance.now())), 5);
  opened.push({ close: () => clearInterval(noise) });
  symlinkSync('v2', join(root, 'next'));
  renameSync(join(root, 'next'), join(root, 'current'));
  expect(await count(2)).toEqual(['one', 'two']);
});

test('after a burst of changes the last one is what is served, and none comes twice', async () => {
  const path = join(root, '404.html');
  writeFileSync(path, '0');
  const { last, reports } = open(path, { settleMs: 0, pollMs: 1 });
  await last('0');
  for (let version = 1; version <= 50; version++) {
    writeFileSync(`${path}.new`, String(version));
    renameSync(`${path}.new`, path);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await last('50');
  const versions = reports.map(Number);
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
});

describe('while the page is read', () => {
  const path = (): string => join(root, '404.html');

  test('a change of it makes what was read worthless', async () => {
    writeFileSync(path(), 'one');
    const changes = ['two', 'three'];
    const { count } = open(path(), {
      ...SENSES_EVENTS,
      async load(at) {
        const loaded = await loadPage(at);
        const change = changes.shift();
        if (change !== undefined) writeFileSync(at, change);
        return loaded;
      },
    });
    expect(await count(1)).toEqual(['three']);
  });

  test('an event leads to another look', async () => {
    writeFileSync(path(), 'one');
    let event = (): void => undefined;
    const { count } = open(path(), {
      settleMs: 1,
      pollMs: 3_600_000,
      watchDirectory(directory, options, onEvent) {
        event = onEvent; // the test says when there is one, and the directory says nothing
        return watch(directory, options);
      },
      load(at) {
        event();
        return loadPage(at);
      },
    });
    await count(1);
    writeFileSync(path(), 'two'); // after the look, and without an event of its own
    expect(await count(2)).toEqual(['one', 'two']);
  });

  test.each(['content', ''])('close ends the reports: %p', async (content) => {
    writeFileSync(path(), content);
    const closed = await new Promise<Watched>((resolve) => {
      const watcher = open(path(), {
        settleMs: 1,
        async load(at) {
          watcher.close();
          setImmediate(() => resolve(watcher));
          return loadPage(at);
        },
      });
    });
    await open(path(), SENSES_EVENTS).count(1);
    expect(closed.reports).toEqual([]);
  });
});

test('close before the first look ends the reports', async () => {
  writeFileSync(join(root, '404.html'), 'one');
  const { close, reports } = open(join(root, '404.html'), { settleMs: 1 });
  close();
  await open(join(root, '404.html'), SENSES_EVENTS).count(1);
  expect(reports).toEqual([]);
});

test('by default a change is told within seconds, and the watch does not keep the process alive', async () => {
  const path = join(root, '404.html');
  writeFileSync(path, 'one');
  /** Timers and watches that hold the process; other kinds come and go with the reading of files. */
  const holding = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'FSEventWrap');
  const before = holding();
  const { count } = open(path);
  expect(holding()).toEqual(before);
  await count(1);
  writeFileSync(path, 'two');
  expect(await count(2)).toEqual(['one', 'two']);
});
