import { type Config } from '../config/schema';
import { type Log } from '../log/log';
import { type Otel, type OtelOptions, startOtel } from '../telemetry/metrics/otlp';
import { type Push, type PushOptions, startPush } from '../telemetry/push/push';

/** The time that the exit waits for the dashboard and the collector to receive the last data. */
export const FLUSH_MS = 1_000;

/** Starts the push to the dashboard; returns `undefined` if none is configured. */
export async function openPush(
  { telemetryUrl: url }: Config,
  { logger }: Log,
  source: Pick<PushOptions, 'process' | 'reportsResources'>,
): Promise<Push | undefined> {
  if (url === undefined) return undefined;
  return startPush({
    ...source,
    url,
    onChange(path, problem) {
      if (problem === undefined) logger.info({ path }, 'dashboard push restored');
      else logger.warn({ path, problem }, 'dashboard push failed');
    },
  });
}

/**
 * Starts the export to an OpenTelemetry collector. Without an endpoint no module of OpenTelemetry is loaded: other
 * files import only its types.
 */
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
      if (problem === undefined) logger.info('OTLP export restored');
      else logger.warn({ problem }, 'OTLP export failed');
    },
  });
}
