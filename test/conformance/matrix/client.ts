import { type Check } from './check';
import { type Seen } from './observation';

export interface Client {
  readonly name: string;
  /** The version that is installed, or undefined when the client is missing. */
  version(): string | undefined;
  /** False where this client has no way to make such a request. */
  can(check: Check): boolean;
  /** Carries a check out against a port of loopback; one entry per response. Throws what the client threw. */
  run(check: Check, port: number): Promise<readonly Seen[]>;
  /** Ends whatever the client keeps running, such as a browser. */
  stop(): Promise<void>;
}

/** Long enough for every server here, short enough for a hang to show. */
export const CLIENT_LIMIT_MS = 4_000;
