import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Live, type Watching } from '../../telemetry/live';
import { type LiveUpdate } from '../../telemetry/live-update';
import { type LiveAbout, type LiveWelcome } from './welcome';

/** More than a team opens, and what they cost is bounded. */
const MAX_VIEWERS = 32;
/**
 * A viewer that has not taken so many bytes does not read: it is dropped, and its page connects again. A first message is 0.25
 * MiB at the most, and each later one less.
 */
const MAX_UNREAD_BYTES = 512 * 1024;
const RETRY_MS = 1000;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // Proxies between the page and us would otherwise wait for an end that does not come.
  'X-Accel-Buffering': 'no',
};

/** The pages that watch, each by a response that does not end (Server-Sent Events). All are told the same bytes. */
export class LiveViewers {
  readonly #live: Pick<Live, 'watch'>;
  readonly #about: LiveAbout;
  readonly #responses = new Set<ServerResponse>();
  #watching: Watching | undefined;

  constructor(live: Pick<Live, 'watch'>, about: LiveAbout) {
    this.#live = live;
    this.#about = about;
  }

  /** Answers a `GET` or `HEAD`. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'HEAD') response.writeHead(200, HEADERS).end();
    else if (this.#responses.size >= MAX_VIEWERS) refuse(response);
    else this.#add(response);
  }

  /** Ends every response, so that a server can close. */
  close(): void {
    for (const response of this.#responses) response.end();
    this.#responses.clear();
    this.#stopWhenAlone();
  }

  #add(response: ServerResponse): void {
    response.once('close', () => this.#remove(response));
    // What breaks a connection is of no interest, and 'close' follows.
    response.on('error', () => this.#remove(response));
    this.#responses.add(response);
    const watching = (this.#watching ??= this.#live.watch((update) => this.#tell(update)));
    const welcome: LiveWelcome = { about: this.#about, update: watching.whole() };
    response.writeHead(200, HEADERS);
    response.write(`retry: ${RETRY_MS}\n${eventOf('welcome', welcome)}`);
  }

  #remove(response: ServerResponse): void {
    this.#responses.delete(response);
    this.#stopWhenAlone();
  }

  #stopWhenAlone(): void {
    if (this.#responses.size > 0) return;
    this.#watching?.stop();
    this.#watching = undefined;
  }

  #tell(update: LiveUpdate): void {
    const bytes = Buffer.from(eventOf('update', update));
    for (const response of this.#responses) {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(bytes);
    }
  }
}

/** JSON has no line ends outside of its strings' escapes, so it is one `data` line. */
const eventOf = (event: string, data: LiveWelcome | LiveUpdate): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function refuse(response: ServerResponse): void {
  response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5' });
  response.end(`${MAX_VIEWERS} pages watch already: close one of them.\n`);
}
