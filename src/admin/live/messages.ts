import { type LiveUpdate } from '../../telemetry/live/messages';

/** The description of the process on the page. It is shown as text, so any characters are safe. */
export interface LiveAbout {
  /** The name that distinguishes this process from others, such as the name of its pod. */
  readonly name: string;
  /** A URL of the ambassador for a person on the same host: `http://localhost:8080/`. */
  readonly url: string;
  /** `host:port` of the target. */
  readonly target: string;
  /**
   * The start of the process in milliseconds of the epoch. A different value after a reconnect means a different
   * process.
   */
  readonly startedAtMs: number;
}

/** The first message to a page. */
export interface LiveWelcome {
  readonly about: LiveAbout;
  readonly update: LiveUpdate;
}
