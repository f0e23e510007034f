import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchPage, type WatchOptions } from '../../src/pages/watch';

/** A watch whose reports are collected in order, problems with a prefix. */
export interface Watched {
  readonly reports: readonly string[];
  readonly close: () => void;
  /** Waits until there are so many reports. */
  readonly count: (n: number) => Promise<readonly string[]>;
  /** Waits until the last report is this one. */
  readonly last: (text: string) => Promise<readonly string[]>;
}

export function watched(path: string, options?: WatchOptions): Watched {
  const reports: string[] = [];
  let wake = (): void => undefined;
  const report = (text: string): void => {
    reports.push(text);
    wake();
  };
  const { close } = watchPage(
    path,
    { onPage: (content) => report(content.toString()), onProblem: (problem) => report(`problem: ${problem}`) },
    options,
  );
  const until = async (isDone: () => boolean): Promise<readonly string[]> => {
    while (!isDone()) await new Promise<void>((resolve) => (wake = resolve));
    return reports;
  };
  return {
    reports,
    close,
    count: (n) => until(() => reports.length >= n),
    last: (text) => until(() => reports.at(-1) === text),
  };
}

/** Never by the poll, so that what arrives came through fs.watch. */
export const SENSES_EVENTS: WatchOptions = { settleMs: 20, pollMs: 3_600_000 };
/** Never by fs.watch: there are no inotify watches left. */
export const POLLS_ONLY: WatchOptions = {
  settleMs: 5,
  pollMs: 10,
  watchDirectory: () => {
    throw Object.assign(new Error('System limit for number of file watchers reached'), { code: 'ENOSPC' });
  },
};

/** A way to put a page somewhere and to change it. */
export interface Layout {
  readonly path: string;
  readonly write: (content: string | Buffer) => void;
}

export const layouts: Readonly<Record<string, (root: string) => Layout>> = {
  'a plain write'(root) {
    const path = join(root, '404.html');
    return { path, write: (content) => writeFileSync(path, content) };
  },
  'a rename over the file'(root) {
    const path = join(root, '404.html');
    return {
      path,
      write(content) {
        writeFileSync(join(root, '.404.html.new'), content);
        renameSync(join(root, '.404.html.new'), path);
      },
    };
  },
  /** As the kubelet does: a directory a version, `..data` pointing to it, swapped by one rename, the old version removed. */
  "a swap of a ConfigMap's ..data link"(root) {
    const path = join(root, '404.html');
    let version = 0;
    return {
      path,
      write(content) {
        version++;
        const name = `..2026_11_22_10_00_00.${version}`;
        mkdirSync(join(root, name));
        writeFileSync(join(root, name, '404.html'), content);
        symlinkSync(name, join(root, '..data_tmp'));
        renameSync(join(root, '..data_tmp'), join(root, '..data'));
        if (version === 1) symlinkSync(join('..data', '404.html'), path);
        else rmSync(join(root, `..2026_11_22_10_00_00.${version - 1}`), { recursive: true });
      },
    };
  },
};
