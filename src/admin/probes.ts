import { type AdminReply, type AdminRoute, textReply } from './reply';

/** What the probes ask; each is asked anew every time. */
export interface ProbeSources {
  /** Whether the port of the service has been opened once. */
  hasStarted(): boolean;
  /** Whether new connections are accepted now. */
  isAccepting(): boolean;
  /** Whether the process has been told to leave. */
  isDraining(): boolean;
  /** What is wrong with the target, in a sentence; `undefined`: nothing. Left out where readiness does not depend on it. */
  readonly targetProblem?: () => Promise<string | undefined>;
}

/**
 * `/livez` speaks for the process alone: if a dead target made it fail, the kubelet would restart the one container
 * that can still answer. `/readyz` takes the pod out of its Service, from the first moment of a drain on. `/startupz` does
 * not wait for the target: a native sidecar that did would keep it from ever being started.
 */
export function probeRoutes(sources: ProbeSources): readonly (readonly [path: string, route: AdminRoute])[] {
  return [
    ['/livez', probe(() => textReply(200, 'alive\n'))],
    [
      '/readyz',
      probe(async () => {
        const problem = await whyNotReady(sources);
        return problem === undefined ? textReply(200, 'ready\n') : textReply(503, `not ready: ${problem}\n`);
      }),
    ],
    [
      '/startupz',
      probe(() => (sources.hasStarted() ? textReply(200, 'started\n') : textReply(503, 'not started yet\n'))),
    ],
  ];
}

const probe = (reply: () => AdminReply | Promise<AdminReply>): AdminRoute => ({ isProbe: true, reply });

async function whyNotReady(sources: ProbeSources): Promise<string | undefined> {
  if (sources.isDraining()) return 'draining';
  if (!sources.isAccepting()) return 'not accepting connections yet';
  return sources.targetProblem?.();
}
