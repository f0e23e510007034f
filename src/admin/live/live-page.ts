import { type LiveFeed } from '../../telemetry/live/live-feed';
import { type AdminReply, type WholeReply } from '../reply';
import { type createPage } from './page';
import { LiveViewers } from './viewers';
import { type LiveAbout } from './messages';

export interface LivePageOptions {
  readonly live: Pick<LiveFeed, 'watch'>;
  readonly about: LiveAbout;
}

/** The live page and its events, for the routes `/` and `events` below any prefix. */
export interface LivePage {
  /** Returns the document. The first call builds it and loads the required modules. */
  page(): WholeReply;
  events(): AdminReply;
  /** Ends all event streams, which would otherwise keep a server from closing. */
  close(): void;
}

export function createLivePage({ live, about }: LivePageOptions): LivePage {
  const viewers = new LiveViewers(live, about);
  let page: WholeReply | undefined;
  return {
    page: () => (page ??= loadPage()),
    events: () => viewers.reply(),
    close: () => viewers.close(),
  };
}

function loadPage(): WholeReply {
  // Node's crypto module alone takes 2 MiB, and most pods never serve this page.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const page = require('./page') as { readonly createPage: typeof createPage };
  return page.createPage();
}
