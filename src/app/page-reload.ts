import { type Log } from '../log/log';
import { type OverrideErrors } from '../middleware/override-errors';
import { loadPage } from '../pages/load';
import { type PageWatch, watchPage } from '../pages/watch';

/** The page of the user's file, kept up to date. */
export interface ShownPage {
  /** How often the file held a new page, and how often one that could not be used. */
  readonly reloads: { readonly taken: number; readonly refused: number };
  start(): Promise<void>;
  stop(): void;
}

/** Shows the page at `path`, and goes on showing what it becomes; without a path the built-in page stays. */
export function createShownPage(path: string | undefined, notFound: OverrideErrors, logger: Log['logger']): ShownPage {
  const reloads = { taken: 0, refused: 0 };
  let watch: PageWatch | undefined;
  return {
    reloads,
    async start() {
      if (path === undefined) return;
      const loaded = await loadPage(path);
      if (loaded.ok) notFound.show(loaded.content);
      else logger.error({ path, problem: loaded.problem }, 'the page cannot be used; the built-in one is shown');
      watch = watchPage(
        path,
        {
          onPage(content) {
            reloads.taken++;
            notFound.show(content);
            logger.info({ path, bytes: content.length }, 'page reloaded');
          },
          onProblem(problem) {
            reloads.refused++;
            logger.error({ path, problem }, 'the new page cannot be used; the last good one stays');
          },
        },
        { current: loaded.ok ? loaded.content : undefined },
      );
    },
    stop() {
      watch?.close();
    },
  };
}
