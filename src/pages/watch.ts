import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { stat } from '../fs';
import { loadPage, type LoadedPage } from './load';

/** Receives the reports of a watch. Neither function may throw. */
export interface PageListener {
  /** The page changed, or is good again after a problem. */
  readonly onPage: (content: Buffer) => void;
  /** The page cannot be used, for a reason in one sentence. Called once for each reason; the last good page stays in use. */
  readonly onProblem: (problem: string) => void;
}

export interface WatchOptions {
  /** The content that is being served: a file that holds the same is no news. Default: none, so the first good page is news. */
  readonly current?: Buffer | undefined;
  /** How long the file must stay unchanged before it is read, in milliseconds, so that no partial page is served. Default 100. */
  readonly settleMs?: number;
  /** How often the file is looked at without any event, in milliseconds; one `stat` each time. Default 5000. */
  readonly pollMs?: number;
  /** `fs.watch`, or what a test puts in its place to let it fail. */
  readonly watchDirectory?: WatchDirectory;
  /** {@link loadPage}, or what a test puts round it to be there while the page is read. */
  readonly load?: (path: string) => Promise<LoadedPage>;
}

/** Ends a watch. */
export interface PageWatch {
  readonly close: () => void;
}

type WatchDirectory = (directory: string, options: { persistent: false }, onEvent: () => void) => FSWatcher;

/**
 * Watches a page and reports each new content once. Two senses: `fs.watch` on the *directory*, as a watch on the file goes deaf when
 * it is renamed over or when a ConfigMap's `..data` link is swapped; and a slow poll, which needs no inotify watch (they run
 * out: ENOSPC), works on network file systems, follows links out of the directory, and survives the loss of the directory.
 * Neither keeps the process alive. After `close` nothing is reported any more.
 */
export function watchPage(path: string, listener: PageListener, options: WatchOptions = {}): PageWatch {
  const { settleMs = 100, pollMs = 5000, watchDirectory = watch, load = loadPage, current } = options;
  const page = new WatchedPage(path, listener, { current, settleMs, load });
  // the name an event carries is of no use: any entry of the directory may be a link on the way to the page
  const ask = (): void => page.ask();
  const watcher = tryToWatch(dirname(path), watchDirectory, ask);
  const poll = setInterval(ask, pollMs).unref();
  ask(); // the file may have changed since it was loaded
  return {
    close() {
      clearInterval(poll);
      watcher?.close();
      page.close();
    },
  };
}

/** A watch that cannot be had, or is lost, is no fault of the page: the poll finds the same changes, some seconds later. */
function tryToWatch(directory: string, watchDirectory: WatchDirectory, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watchDirectory(directory, { persistent: false }, onEvent);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

/** The options with their defaults. */
type Settled = Required<Pick<WatchOptions, 'current' | 'settleMs' | 'load'>>;

type State =
  | { readonly at: 'rest' }
  | { readonly at: 'wait'; readonly timer: NodeJS.Timeout }
  | { readonly at: 'look'; readonly isAskedAgain: boolean }
  | { readonly at: 'closed' };

/**
 * Invariants: one look at a time, and never more than one every `settleMs`, however many events arrive; a file is read only if it was
 * the same two looks in a row and still is after reading; the same content or problem is not reported twice in a row.
 */
class WatchedPage {
  readonly #path: string;
  readonly #load: (path: string) => Promise<LoadedPage>;
  readonly #settleMs: number;
  #listener: PageListener;
  #current: Buffer | undefined;
  #problem: string | undefined;
  #state: State = { at: 'rest' };
  /** The signature at the last look. */
  #seen: string | undefined;
  /** The signature of the page last read; none after a problem, which may pass without a trace (EMFILE), so polls try again. */
  #read: string | undefined;

  constructor(path: string, listener: PageListener, options: Settled) {
    this.#path = path;
    this.#listener = listener;
    this.#current = options.current;
    this.#settleMs = options.settleMs;
    this.#load = options.load;
  }

  /** Asks for a look. */
  ask(): void {
    if (this.#state.at === 'rest') this.#wait();
    else if (this.#state.at === 'look') this.#state = { at: 'look', isAskedAgain: true };
  }

  close(): void {
    if (this.#state.at === 'wait') clearTimeout(this.#state.timer);
    this.#state = { at: 'closed' };
    this.#listener = { onPage: () => undefined, onProblem: () => undefined }; // for the look that is under way
  }

  #wait(): void {
    const timer = setTimeout(() => {
      this.#state = { at: 'look', isAskedAgain: false };
      void this.#look().then((isSettled) => this.#rest(isSettled));
    }, this.#settleMs).unref();
    this.#state = { at: 'wait', timer };
  }

  #rest(isSettled: boolean): void {
    if (this.#state.at !== 'look') return;
    const isDone = isSettled && !this.#state.isAskedAgain;
    this.#state = { at: 'rest' };
    if (!isDone) this.#wait();
  }

  /** Whether the file held still; if not, there is more to see. */
  async #look(): Promise<boolean> {
    const signature = await signatureOf(this.#path);
    if (signature === this.#read) return true;
    const isSettled = signature === this.#seen;
    this.#seen = signature;
    if (!isSettled) return false;
    const loaded = await this.#load(this.#path);
    if ((await signatureOf(this.#path)) !== signature) return false;
    this.#read = loaded.ok ? signature : undefined;
    if (loaded.ok) this.#report(loaded.content);
    else this.#reportProblem(loaded.problem);
    return true;
  }

  #report(content: Buffer): void {
    const isNews = this.#problem !== undefined || this.#current?.equals(content) !== true;
    this.#problem = undefined;
    if (!isNews) return;
    this.#current = content;
    this.#listener.onPage(content);
  }

  #reportProblem(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#listener.onProblem(problem);
  }
}

/** Changes with every write, with a rename over the file, and with the swap of a link on the way to it. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return String(error); // as good a signature as any: loadPage finds the words for it
  }
}
