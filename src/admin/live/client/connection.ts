import { type LiveUpdate } from '../../../telemetry/live/messages';
import { type LiveWelcome } from '../messages';
import { browser } from './browser';

/** A message comes every second; after so long without one the connection is dead, whatever the browser thinks of it. */
const SILENCE_MS = 5000;
const RETRY_MS = 2000;
const CLOSED = 2;

export interface ConnectionListener {
  welcome(welcome: LiveWelcome): void;
  update(update: LiveUpdate): void;
  /** The connection broke, and is being made again. */
  lost(): void;
}

/** Keeps a connection to `events`, beside the page whatever its path; the browser and, where it gives up, a timer make it again. */
export function connect(listener: ConnectionListener): void {
  const stream = new browser.EventSource('events');
  let timer = setTimeout(reconnect, SILENCE_MS);

  function reconnect(): void {
    stream.close();
    listener.lost();
    connect(listener);
  }
  function again(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(reconnect, ms);
  }
  stream.addEventListener('welcome', ({ data }) => {
    again(SILENCE_MS);
    listener.welcome(JSON.parse(data) as LiveWelcome);
  });
  stream.addEventListener('update', ({ data }) => {
    again(SILENCE_MS);
    listener.update(JSON.parse(data) as LiveUpdate);
  });
  stream.addEventListener('error', () => {
    listener.lost();
    if (stream.readyState === CLOSED) again(RETRY_MS);
  });
}
