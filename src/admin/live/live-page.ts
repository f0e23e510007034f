import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Live } from '../../telemetry/live';
import { type LivePage, type createPage } from './page';
import { LiveViewers } from './viewers';
import { type LiveAbout } from './welcome';

export interface LivePageOptions {
  readonly live: Pick<Live, 'watch'>;
  readonly about: LiveAbout;
}

/** The live page and its events, to be mounted at `/` and at `events` beside it, under any prefix. Both for `GET` and `HEAD` alone. */
export interface LivePageHandlers {
  /** The document. It is put together when it is asked for first, and kept; what that takes is loaded then only. */
  page(): LivePage;
  handleEvents(request: IncomingMessage, response: ServerResponse): void;
  /** Ends all event streams: they would keep a server from closing. */
  close(): void;
}

export function createLivePage({ live, about }: LivePageOptions): LivePageHandlers {
  const viewers = new LiveViewers(live, about);
  let page: LivePage | undefined;
  return {
    page: () => (page ??= loadPage()),
    handleEvents: (request, response) => viewers.handle(request, response),
    close: () => viewers.close(),
  };
}

function loadPage(): LivePage {
  // Node's crypto alone takes 2 MiB, and most pods are never looked at.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const page = require('./page') as { readonly createPage: typeof createPage };
  return page.createPage();
}
