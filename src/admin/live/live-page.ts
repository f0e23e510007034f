import { type LiveFeed } from '../../telemetry/live/live-feed';
import { type AdminReply, type WholeReply } from '../reply';
import { type createPage } from './page';
import { LiveViewers } from './viewers';
import { type LiveAbout } from './messages';

export interface LivePageOptions {
  readonly live: Pick<LiveFeed, 'watch'>;
  readonly about: LiveAbout;
}

/** The live page and its events, to be mounted at `/` and at `events` beside it, under any prefix. */
export interface LivePage {
  /** The document. The first call puts it together and loads what that takes. */
  page(): WholeReply;
  events(): AdminReply;
  /** Ends all event streams: they would keep a server from closing. */
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
  // Node's crypto alone takes 2 MiB, and most pods are never looked at.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const page = require('./page') as { readonly createPage: typeof createPage };
  return page.createPage();
}
