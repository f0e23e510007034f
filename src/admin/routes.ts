import { PROMETHEUS_CONTENT_TYPE } from '../telemetry/metrics/prometheus';
import { type ProbeSources, probeRoutes } from './probes';
import { type AdminReply, type AdminRequest, type AdminRoutes } from './reply';
import { loopbackOnly } from './access';
import { singleFlight } from './single-flight';

export interface AdminSources {
  readonly probes: ProbeSources;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** The configuration without secrets. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The live page and other pages that show requests. */
  readonly pages: readonly (readonly [path: string, reply: (request: AdminRequest) => AdminReply])[];
  /** Whether pages and configuration are restricted to loopback, and the port that a refusal names. */
  readonly access: { readonly isLoopbackOnly: boolean; readonly port: number };
}

/** Creates the routes of the admin port. Probes and metrics are never restricted. */
export function adminRoutes({ probes, metrics, config, pages, access }: AdminSources): AdminRoutes {
  const scrape = singleFlight(async () => Buffer.from(await metrics()));
  const shownConfig = Buffer.from(`${JSON.stringify(config, null, 2)}\n`);
  const guarded = [
    ...pages,
    ['/config', () => ({ kind: 'whole', status: 200, type: 'application/json; charset=utf-8', content: shownConfig })],
  ] as const satisfies AdminSources['pages'];
  return new Map([
    ...guarded.map(([path, reply]) => {
      const route = { isProbe: false, reply };
      return [path, access.isLoopbackOnly ? loopbackOnly(route, access.port) : route] as const;
    }),
    ...probeRoutes(probes),
    [
      '/metrics',
      {
        isProbe: false,
        reply: async () => ({ kind: 'whole', status: 200, type: PROMETHEUS_CONTENT_TYPE, content: await scrape() }),
      },
    ],
  ]);
}
