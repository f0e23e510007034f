import { type LiveFeed, type Watching } from '../../telemetry/live/live-feed';
import { type LiveUpdate } from '../../telemetry/live/messages';
import { type AdminReply, type AdminStream, textReply } from '../reply';
import { type LiveAbout, type LiveWelcome } from './messages';

/** The maximum number of open pages, more than a team needs for one pod. */
const MAX_VIEWERS = 8;
/** The maximum number of new viewers between two updates: each receives 0.25 MiB. */
const MAX_WELCOMES = 8;
/**
 * The number of unread bytes from which a viewer is dropped; its page reconnects. All viewers together can hold 4 MiB.
 */
const MAX_UNREAD_BYTES = 512 * 1024;
/** The number of consecutive updates that find the previous one unread, before the viewer is dropped. */
const MAX_LATE_UPDATES = 10;
const RETRY_MS = 1000;

/** A field that disables buffering in reverse proxies, which would otherwise wait for the end of the response. */
const UNBUFFERED = { 'X-Accel-Buffering': 'no' };

/** The open pages. Each is served by an endless response (Server-Sent Events), and all receive the same bytes. */
export class LiveViewers {
  readonly #live: Pick<LiveFeed, 'watch'>;
  readonly #about: LiveAbout;
  /** The viewers, each with the number of consecutive updates that found unread bytes. */
  readonly #late = new Map<AdminStream, number>();
  #watching: Watching | undefined;
  /** The first message for viewers that connect before the next update. */
  #welcome: Buffer | undefined;
  #welcomes = 0;

  constructor(live: Pick<LiveFeed, 'watch'>, about: LiveAbout) {
    this.#live = live;
    this.#about = about;
  }

  reply(): AdminReply {
    if (this.#late.size >= MAX_VIEWERS) return refusal(`${MAX_VIEWERS} pages are open already: close one of them.`, 5);
    if (this.#welcomes >= MAX_WELCOMES) return refusal('Too many pages were opened within a second.', 1);
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
   * Stops the watch at the first update without a viewer. It does not stop when the viewer disconnects: a page that is
   * opened and closed repeatedly would then cause a new first message each time.
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

/** Formats an event. JSON contains no line ends (they are escaped in strings), so the data fits in one `data` line. */
const eventOf = (event: string, data: LiveWelcome | LiveUpdate): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const refusal = (sentence: string, retryAfterSeconds: number): AdminReply =>
  textReply(503, `${sentence}\n`, { 'Retry-After': `${retryAfterSeconds}` });
