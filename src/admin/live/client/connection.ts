import { type LiveUpdate } from '../../../telemetry/live/messages';
import { type LiveWelcome } from '../messages';
import { browser } from './browser';

/**
 * The time without a message after which the connection counts as dead, whatever state the browser reports. Normally a
 * message arrives every second.
 */
const SILENCE_MS = 5000;
const RETRY_MS = 2000;
const CLOSED = 2;

export interface ConnectionListener {
  welcome(welcome: LiveWelcome): void;
  update(update: LiveUpdate): void;
  /** Called when the connection is lost; a new one is being opened. */
  lost(): void;
}

/**
 * Keeps a connection to `events`, relative to the URL of the page. The browser reopens it; if the browser gives up, a
 * timer does.
 */
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
