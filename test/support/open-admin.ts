import { adminRoutes, type AdminSources } from '../../src/admin/routes';
import { type AdminReply, type AdminRoute, textReply } from '../../src/admin/reply';
import { type Admin, createAdmin } from '../../src/admin/server';

/** An admin port on loopback and everything that a test changes or asks of it. */
export interface OpenAdmin {
  readonly admin: Admin;
  readonly port: number;
  readonly state: {
    hasStarted: boolean;
    isAccepting: boolean;
    isDraining: boolean;
    targetProblem: string | undefined | Promise<string | undefined>;
  };
  readonly problems: unknown[];
  /** Peers whose connection gave its place to a newer one. */
  readonly crowded: string[];
  /** How often the metrics were made. */
  scrapes: number;
  /** What a scrape answers. */
  metricsText: string;
}

/** An event stream that says one word and stays open. */
const endless: AdminReply = {
  kind: 'stream',
  type: 'text/event-stream',
  begin: (stream) => stream.write(Buffer.from('first')),
};

const brokenRoute: AdminRoute = { isProbe: false, reply: () => Promise.reject(new Error('broken on purpose')) };

const pages: AdminSources['pages'] = [
  ['/', () => textReply(200, 'the live page')],
  ['/events', () => endless],
];

export async function openAdmin({ isLoopbackOnly = true, host = '127.0.0.1' } = {}): Promise<OpenAdmin> {
  const open = {
    state: { hasStarted: true, isAccepting: true, isDraining: false, targetProblem: undefined },
    problems: [] as unknown[],
    crowded: [] as string[],
    scrapes: 0,
    metricsText: '',
  };
  const routes = adminRoutes({
    probes: {
      hasStarted: () => open.state.hasStarted,
      isAccepting: () => open.state.isAccepting,
      isDraining: () => open.state.isDraining,
      targetProblem: () => Promise.resolve(open.state.targetProblem),
    },
    metrics: () => Promise.resolve(`scrapes_total ${++open.scrapes}\n${open.metricsText}`),
    config: { port: 8080 },
    pages,
    access: { isLoopbackOnly, port: 9901 },
  });
  const admin = createAdmin({
    port: 0,
    host,
    routes: new Map([...routes, ['/broken', brokenRoute]]),
    onProblem: (error) => open.problems.push(error),
    onCrowded: ({ address }) => open.crowded.push(address),
  });
  const { port } = await admin.start();
  return Object.assign(open, { admin, port });
}
