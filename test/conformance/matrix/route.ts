import { startSidecar, type Sidecar } from '../servers/sidecar';
import { startTap, type Tap } from '../servers/recording-proxy';
import { settle, settled, type Observation, type Seen } from './observation';

/** Without a sidecar a target gets all that a client sends ahead, so it does with one. */
const AS_SENT = { MAX_PIPELINED: '64' };

/** One way to a target, watched right in front of it. */
export interface Route {
  readonly port: number;
  readonly tap: Tap;
  stop(): Promise<void>;
}

export async function directRoute(targetPort: number): Promise<Route> {
  const tap = await startTap(targetPort);
  return { port: tap.port, tap, stop: () => tap.stop() };
}

export async function sidecarRoute(targetPort: number): Promise<Route> {
  const tap = await startTap(targetPort);
  const sidecar: Sidecar = await startSidecar(tap.port, AS_SENT);
  return {
    port: sidecar.port,
    tap,
    async stop() {
      const death = sidecar.death();
      await sidecar.stop();
      await tap.stop();
      if (death !== undefined) throw new Error(`the sidecar died: ${death}`);
    },
  };
}

/** Has a client do something over a route, and tells what it and the tap saw. */
export async function observe(route: Route, act: (port: number) => Promise<readonly Seen[]>): Promise<Observation> {
  route.tap.reset();
  let seen: readonly Seen[] = [];
  let error = '';
  try {
    seen = await act(route.port);
  } catch (cause) {
    error = settle(String(cause), route.port);
  }
  const recordings = route.tap.recordings();
  const forwarded = recordings
    .map(({ toTarget }) => settle(toTarget.toString('latin1'), route.port))
    .join('\n--- next ---\n');
  return { seen: seen.map((one) => settled(one, route.port)), error, connections: recordings.length, forwarded };
}
