import { type Log } from '../log/log';
import { type OverrideErrors } from '../middleware/override-errors';
import { loadPage } from '../pages/load';
import { type PageWatch, watchPage } from '../pages/watch';

/** The page of the user's file, reloaded after each change. */
export interface ShownPage {
  /** The number of reloads with a valid page, and with an unusable one. */
  readonly reloads: { readonly taken: number; readonly refused: number };
  start(): Promise<void>;
  stop(): void;
}

/** Serves the page at `path` and follows its changes; without a path the built-in page is served. */
export function createShownPage(path: string | undefined, notFound: OverrideErrors, logger: Log['logger']): ShownPage {
  const reloads = { taken: 0, refused: 0 };
  let watch: PageWatch | undefined;
  return {
    reloads,
    async start() {
      if (path === undefined) return;
      const loaded = await loadPage(path);
      if (loaded.ok) notFound.show(loaded.content);
      else logger.error({ path, problem: loaded.problem }, 'page unusable, serving the built-in page');
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
            logger.error({ path, problem }, 'changed page unusable, keeping the previous page');
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
