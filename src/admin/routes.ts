import { PROMETHEUS_CONTENT_TYPE } from '../telemetry/prometheus';
import { type ProbeSources, probeRoutes } from './probes';
import { redact } from './redact';
import { type AdminHandler, sendText } from './server';
import { sparing } from './sparing';

export interface AdminSources {
  readonly probes: ProbeSources;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Shown without what may be secret, see {@link redact}. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What else there is to see, the live page for one. */
  readonly pages: readonly (readonly [path: string, handler: AdminHandler])[];
}

/** Everything that the admin port shows. */
export function adminRoutes({ probes, metrics, config, pages }: AdminSources): ReadonlyMap<string, AdminHandler> {
  const scrape = sparing(metrics);
  return new Map([
    ...pages,
    ...probeRoutes(probes),
    ['/metrics', async (_, response) => sendText(response, 200, await scrape(), PROMETHEUS_CONTENT_TYPE)],
    [
      '/config',
      (_, response) => sendText(response, 200, `${JSON.stringify(redact(config), null, 2)}\n`, 'application/json'),
    ],
  ]);
}
