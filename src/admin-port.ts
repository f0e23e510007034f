import { hostname } from 'node:os';
import { createLivePage } from './admin/live/live-page';
import { adminRoutes } from './admin/routes';
import { type Admin, type AdminHandler, createAdmin } from './admin/server';
import { type TargetCheck, createTargetCheck } from './admin/target-check';
import { type Config } from './config/schema';
import { type Log } from './log/log';
import { type MemoryPlan } from './memory-limit';
import { type Live } from './telemetry/live';

export type AdminPort = Admin;

/** How far the sidecar has come. */
export interface RunningState {
  /** Whether the port of the service has been opened once. */
  readonly hasStarted: boolean;
  /** Whether anybody accepts connections now. */
  readonly isAccepting: boolean;
  readonly isDraining: boolean;
}

/** What the admin port shows. */
export interface AdminPortSources {
  readonly live: Pick<Live, 'watch'>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly state: RunningState;
  readonly memory: MemoryPlan;
  readonly logger: Log['logger'];
}

/** Probes, metrics, configuration and the live page, on a port of their own; `undefined` where that is turned off. */
export function openAdminPort(config: Config, sources: AdminPortSources): AdminPort | undefined {
  if (config.adminPort === 'off') return undefined;
  const { live, metrics, state, logger } = sources;
  const check = config.readinessTarget ? targetCheck(config) : undefined;
  const page = livePage(config, live);
  const admin = createAdmin({
    port: config.adminPort,
    host: config.adminHost,
    routes: adminRoutes({
      probes: {
        hasStarted: () => state.hasStarted,
        isAccepting: () => state.isAccepting,
        isDraining: () => state.isDraining,
        ...(check === undefined ? {} : { targetProblem: () => check.problem() }),
      },
      metrics,
      config: { ...config, memory: sources.memory },
      pages: page.routes,
    }),
    onProblem: (error) => logger.error({ error }, 'the admin port has a problem'),
  });
  return {
    async start() {
      await check?.start();
      return admin.start();
    },
    async close() {
      page.close();
      await admin.close();
      await check?.close();
    },
  };
}

const targetCheck = ({ targetHost, targetPort, readinessPath }: Config): TargetCheck =>
  createTargetCheck({ host: targetHost, port: targetPort, path: readinessPath });

function livePage(
  config: Config,
  live: AdminPortSources['live'],
): { routes: readonly (readonly [string, AdminHandler])[]; close(): void } {
  const page = createLivePage({
    live,
    about: {
      name: hostname(),
      url: `http://localhost:${config.port}/`,
      target: `${config.targetHost}:${config.targetPort}`,
      startedAtMs: Date.now(),
    },
  });
  return {
    routes: [
      [
        '/',
        (_, response) => {
          const { headers, content } = page.page();
          response.writeHead(200, headers).end(content);
        },
      ],
      ['/events', (request, response) => page.handleEvents(request, response)],
    ],
    close: () => page.close(),
  };
}
