import { type AdminReply, type AdminRoute, textReply } from './reply';

/** The sources of the probe results, read for each probe. */
export interface ProbeSources {
  /** Whether the port of the service has been opened. */
  hasStarted(): boolean;
  /** Whether new connections are accepted now. */
  isAccepting(): boolean;
  /** Whether the process is draining. */
  isDraining(): boolean;
  /**
   * Describes the problem of the target in a sentence; `undefined` means that there is none. Omitted if readiness does
   * not depend on the target.
   */
  readonly targetProblem?: () => Promise<string | undefined>;
}

/**
 * Creates the probe routes. `/livez` depends only on the process: if a failed target made it fail, the kubelet would
 * restart the one container that can still respond. `/readyz` removes the pod from its Service from the beginning of a
 * drain. `/startupz` does not wait for the target: otherwise a native sidecar would prevent the start of the service.
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
