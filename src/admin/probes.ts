import { type AdminHandler, sendText } from './server';

/** What the probes ask; each is asked anew every time. */
export interface ProbeSources {
  /** Whether the port of the service has been opened once. */
  hasStarted(): boolean;
  /** Whether new connections are accepted now. */
  isAccepting(): boolean;
  /** Whether we have been told to leave. */
  isDraining(): boolean;
  /** What is wrong with the target, in a sentence; `undefined`: nothing. Left out where that is not to be asked. */
  readonly targetProblem?: () => Promise<string | undefined>;
}

/**
 * `/livez` speaks for the process alone: if a dead target made it fail, the kubelet would restart the one container
 * that can still answer. `/readyz` takes the pod out of its Service, from the first moment of a drain on. `/startupz` does
 * not wait for the target: a native sidecar that did would keep it from ever being started.
 */
export function probeRoutes(sources: ProbeSources): readonly (readonly [path: string, handler: AdminHandler])[] {
  return [
    ['/livez', (_, response) => sendText(response, 200, 'alive\n')],
    [
      '/readyz',
      async (_, response) => {
        const problem = await whyNotReady(sources);
        if (problem === undefined) sendText(response, 200, 'ready\n');
        else sendText(response, 503, `not ready: ${problem}\n`);
      },
    ],
    [
      '/startupz',
      (_, response) => {
        if (sources.hasStarted()) sendText(response, 200, 'started\n');
        else sendText(response, 503, 'not started yet\n');
      },
    ],
  ];
}

async function whyNotReady(sources: ProbeSources): Promise<string | undefined> {
  if (sources.isDraining()) return 'draining';
  if (!sources.isAccepting()) return 'not accepting connections yet';
  return sources.targetProblem?.();
}
