import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Live } from '../../telemetry/live';
import { type LivePage, createPage } from './page';
import { LiveViewers } from './viewers';
import { type LiveAbout } from './welcome';

export interface LivePageOptions {
  readonly live: Pick<Live, 'watch'>;
  readonly about: LiveAbout;
}

/** The live page and its events, to be mounted at `/` and at `events` beside it, under any prefix. Both for `GET` and `HEAD` alone. */
export interface LivePageHandlers {
  /** The document. It is put together when it is asked for first, and kept. */
  page(): LivePage;
  handleEvents(request: IncomingMessage, response: ServerResponse): void;
  /** Ends all event streams: they would keep a server from closing. */
  close(): void;
}

export function createLivePage({ live, about }: LivePageOptions): LivePageHandlers {
  const viewers = new LiveViewers(live, about);
  let page: LivePage | undefined;
  return {
    page: () => (page ??= createPage()),
    handleEvents: (request, response) => viewers.handle(request, response),
    close: () => viewers.close(),
  };
}
