import { hostname } from 'node:os';
import { createLivePage, type LivePage } from '../admin/live/live-page';
import { adminRoutes } from '../admin/routes';
import { type Admin, createAdmin } from '../admin/server';
import { type TargetCheck, createTargetCheck } from '../admin/target-health';
import { redact } from '../config/redact';
import { type Config } from '../config/schema';
import { atMostEvery } from '../log/at-most-every';
import { type Log } from '../log/log';
import { type MemoryPlan } from '../memory/memory-plan';
import { type LiveFeed } from '../telemetry/live/live-feed';

export type AdminPort = Admin;

/** The lifecycle state of the sidecar. */
export interface RunningState {
  /** Whether the port of the service has been opened. */
  readonly hasStarted: boolean;
  /** Whether any process accepts connections now. */
  readonly isAccepting: boolean;
  readonly isDraining: boolean;
}

/** The data that the admin port shows. */
export interface AdminPortSources {
  readonly live: Pick<LiveFeed, 'watch'>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly state: RunningState;
  readonly memory: MemoryPlan;
  readonly logger: Log['logger'];
}

/** The minimum time between two log lines about the same kind of problem. */
const TROUBLE_EVERY_MS = 10_000;

/**
 * Creates the admin port with probes, metrics, configuration and the live page; returns `undefined` if it is disabled.
 */
export function openAdminPort(config: Config, sources: AdminPortSources): AdminPort | undefined {
  const { adminPort: port, adminHost: host } = config;
  if (port === 'off') return undefined;
  const { logger } = sources;
  const check = config.readinessTarget ? targetCheck(config) : undefined;
  const page = livePage(config, sources.live);
  const admin = createAdmin({
    port,
    host,
    routes: adminRoutes({
      probes: probeSources(sources.state, check),
      metrics: sources.metrics,
      config: redact({ ...config, memory: sources.memory }),
      pages: [
        ['/', () => page.page()],
        ['/events', () => page.events()],
      ],
      access: { isLoopbackOnly: config.adminLive === 'local', port },
    }),
    onProblem: atMostEvery(TROUBLE_EVERY_MS, (error) => logger.error({ error }, 'admin port error')),
    onCrowded: atMostEvery(TROUBLE_EVERY_MS, ({ address }: { readonly address: string }) =>
      logger.warn({ address }, 'admin port crowded, older connections closed for newer ones'),
    ),
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

const probeSources = (
  state: RunningState,
  check: TargetCheck | undefined,
): Parameters<typeof adminRoutes>[0]['probes'] => ({
  hasStarted: () => state.hasStarted,
  isAccepting: () => state.isAccepting,
  isDraining: () => state.isDraining,
  ...(check === undefined ? {} : { targetProblem: () => check.problem() }),
});

const targetCheck = ({ targetHost, targetPort, readinessPath }: Config): TargetCheck =>
  createTargetCheck({ host: targetHost, port: targetPort, path: readinessPath });

const livePage = (config: Config, live: AdminPortSources['live']): LivePage =>
  createLivePage({
    live,
    about: {
      name: hostname(),
      url: `http://localhost:${config.port}/`,
      target: `${config.targetHost}:${config.targetPort}`,
      startedAtMs: Date.now(),
    },
  });
