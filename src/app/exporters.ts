import { type Config } from '../config/schema';
import { type Log } from '../log/log';
import { type Otel, type OtelOptions, startOtel } from '../telemetry/metrics/otlp';
import { type Push, type PushOptions, startPush } from '../telemetry/push/push';

/** How long leaving waits for dashboard and collector to take the last numbers. */
export const FLUSH_MS = 1_000;

/** Tells the dashboard of the fleet; `undefined` where there is none. */
export async function openPush(
  { telemetryUrl: url }: Config,
  { logger }: Log,
  source: Pick<PushOptions, 'process' | 'tellsResources'>,
): Promise<Push | undefined> {
  if (url === undefined) return undefined;
  return startPush({
    ...source,
    url,
    onChange(path, problem) {
      if (problem === undefined) logger.info({ path }, 'the dashboard takes records again');
      else logger.warn({ path, problem }, 'the dashboard takes no records');
    },
  });
}

/** Without an endpoint not one module of OpenTelemetry is loaded: the file that does so only imports types otherwise. */
export async function openOtel(
  { otelExporterOtlpEndpoint: endpoint }: Config,
  { logger }: Log,
  source: Pick<OtelOptions, 'version' | 'families'>,
): Promise<Otel | undefined> {
  if (endpoint === undefined) return undefined;
  return startOtel({
    ...source,
    endpoint,
    onChange(problem) {
      if (problem === undefined) logger.info('the collector takes metrics again');
      else logger.warn({ problem }, 'the collector takes no metrics');
    },
  });
}
