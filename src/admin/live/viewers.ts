import { type LiveFeed, type Watching } from '../../telemetry/live/live-feed';
import { type LiveUpdate } from '../../telemetry/live/messages';
import { type AdminReply, type AdminStream, textReply } from '../reply';
import { type LiveAbout, type LiveWelcome } from './messages';

/** More than a team opens at one pod. */
const MAX_VIEWERS = 8;
/** New viewers between two updates: each is sent 0.25 MiB. */
const MAX_WELCOMES = 8;
/** A viewer that has not taken so many bytes is dropped, and its page connects again. All viewers together may hold 4 MiB. */
const MAX_UNREAD_BYTES = 512 * 1024;
/** Updates in a row that find the one before still unread; then the viewer is dropped. */
const MAX_LATE_UPDATES = 10;
const RETRY_MS = 1000;

/** Proxies between the page and us would otherwise wait for the end of the response. */
const UNBUFFERED = { 'X-Accel-Buffering': 'no' };

/** The pages that watch, each by a response that does not end (Server-Sent Events). All receive the same bytes. */
export class LiveViewers {
  readonly #live: Pick<LiveFeed, 'watch'>;
  readonly #about: LiveAbout;
  /** Viewers, and how many updates in a row came too early for each. */
  readonly #late = new Map<AdminStream, number>();
  #watching: Watching | undefined;
  /** The first message for those who come before the next update. */
  #welcome: Buffer | undefined;
  #welcomes = 0;

  constructor(live: Pick<LiveFeed, 'watch'>, about: LiveAbout) {
    this.#live = live;
    this.#about = about;
  }

  reply(): AdminReply {
    if (this.#late.size >= MAX_VIEWERS) return refusal(`${MAX_VIEWERS} pages watch already: close one of them.`, 5);
    if (this.#welcomes >= MAX_WELCOMES) return refusal('Too many pages have been opened within a second.', 1);
    return { kind: 'stream', type: 'text/event-stream', fields: UNBUFFERED, begin: (stream) => this.#add(stream) };
  }

  /** Ends every response, so that a server can close. */
  close(): void {
    for (const viewer of this.#late.keys()) viewer.end();
    this.#late.clear();
    this.#stop();
  }

  #add(viewer: AdminStream): void {
    viewer.onClose(() => this.#late.delete(viewer));
    this.#late.set(viewer, 0);
    this.#welcomes++;
    const watching = (this.#watching ??= this.#live.watch((update) => this.#tell(update)));
    this.#welcome ??= welcomeOf({ about: this.#about, update: watching.whole() });
    viewer.write(this.#welcome);
  }

  #stop(): void {
    this.#watching?.stop();
    this.#watching = undefined;
    this.#welcome = undefined;
    this.#welcomes = 0;
  }

  /**
   * The first update without a viewer ends the watch. Not the viewer's leaving does: a page that is opened and closed again
   * and again would have a first message made each time.
   */
  #tell(update: LiveUpdate): void {
    if (this.#late.size === 0) {
      this.#stop();
      return;
    }
    this.#welcome = undefined;
    this.#welcomes = 0;
    const bytes = Buffer.from(eventOf('update', update));
    for (const [viewer, late] of this.#late) {
      const { unreadBytes } = viewer;
      this.#late.set(viewer, unreadBytes > 0 ? late + 1 : 0);
      if (unreadBytes > MAX_UNREAD_BYTES || late >= MAX_LATE_UPDATES) viewer.drop();
      else viewer.write(bytes);
    }
  }
}

const welcomeOf = (welcome: LiveWelcome): Buffer => Buffer.from(`retry: ${RETRY_MS}\n${eventOf('welcome', welcome)}`);

/** JSON has no line ends outside of its strings' escapes, so it is one `data` line. */
const eventOf = (event: string, data: LiveWelcome | LiveUpdate): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const refusal = (sentence: string, retryAfterSeconds: number): AdminReply =>
  textReply(503, `${sentence}\n`, { 'Retry-After': `${retryAfterSeconds}` });
