import { type LiveUpdate } from '../../telemetry/live/messages';

/** What the page says of the process it watches. It is shown as text: any characters will do. */
export interface LiveAbout {
  /** What tells this process from others, such as the name of its pod. */
  readonly name: string;
  /** A URL that leads through the ambassador, as a person beside it would write it: `http://localhost:8080/`. */
  readonly url: string;
  /** `host:port` of the target. */
  readonly target: string;
  /** Of the epoch. Another value after a reconnect means another process. */
  readonly startedAtMs: number;
}

/** The first message to a page. */
export interface LiveWelcome {
  readonly about: LiveAbout;
  readonly update: LiveUpdate;
}
