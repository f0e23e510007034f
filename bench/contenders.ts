import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { caddyLaunch, haproxyLaunch, nginxLaunch } from './c-proxies';
import { type Launch, type Setting } from './launch';
import { type Options } from './options';
import { PROGRAMS, program, REPOSITORY, which } from './paths';

/** What a workload may ask of a contender beyond carrying bytes. */
export type Skill = 'override' | 'log' | 'metrics' | 'tunnel' | 'listen';

/** A proxy that is measured. */
export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly skills: ReadonlySet<Skill>;
  /** undefined if it can run here; else what to do so that it can. */
  readonly missing: string | undefined;
  readonly launch: (setting: Setting) => Launch;
}

export const OURS = 'ours';

/** All of them, also those that are missing here; the order is the order of the columns. */
export function contenders(options: Options): readonly Contender[] {
  return [
    ours(OURS, REPOSITORY, options),
    ...(options.before === undefined ? [] : [ours('before', options.before, options)]),
    bareTunnel(options),
    {
      name: 'haproxy',
      title: 'HAProxy, mode http',
      skills: new Set<Skill>(['listen', 'tunnel', 'override', 'log', 'metrics']),
      missing: fromDebian('haproxy'),
      launch: haproxyLaunch,
    },
    {
      name: 'nginx',
      title: 'nginx',
      skills: new Set<Skill>(['listen', 'tunnel', 'override', 'log']),
      missing: fromDebian('nginx', 'nginx-light'),
      launch: nginxLaunch,
    },
    httpProxy(options),
    {
      name: 'caddy',
      title: 'Caddy',
      skills: new Set<Skill>(['listen', 'tunnel', 'override', 'log']),
      missing: fromDebian('caddy'),
      launch: caddyLaunch,
    },
    emptyServer(options),
  ];
}

function fromDebian(command: string, packageName = command): string | undefined {
  return which(command) === undefined ? `apt-get install --no-install-recommends ${packageName}` : undefined;
}

/** The ambassador with all its features, of this checkout or of another. */
function ours(name: string, repository: string, options: Options): Contender {
  const main = join(repository, 'dist', 'main.js');
  return {
    name,
    title: name === OURS ? 'this ambassador' : 'the ambassador of --before',
    skills: new Set<Skill>(['listen', 'tunnel', 'override', 'log', 'metrics']),
    missing: existsSync(main) ? undefined : `npm run build in ${repository}`,
    launch: (setting) => ({
      argv: [options.node, ...options.nodeFlags, main],
      env: {
        HOST: '127.0.0.1',
        PORT: String(setting.port),
        TARGET_PORT: String(setting.targetPort),
        ADMIN_HOST: '127.0.0.1',
        ADMIN_PORT: String(setting.metricsPort),
        NOT_FOUND_PAGE: join(setting.pages, setting.page),
        LOG_LEVEL: setting.isLogged ? 'info' : 'warn',
        DRAIN_TIMEOUT: '500ms',
      },
      metricsPath: '/metrics',
    }),
  };
}

function bareTunnel(options: Options): Contender {
  return {
    name: 'bare',
    title: 'bare `net` tunnel',
    skills: new Set<Skill>(['listen', 'tunnel']),
    missing: undefined,
    launch: ({ dir, port, targetPort }) => ({
      argv: [options.node, ...options.nodeFlags, program(PROGRAMS.bareTunnel, dir), String(port), String(targetPort)],
    }),
  };
}

function httpProxy(options: Options): Contender {
  const modules = [options.modules, join(REPOSITORY, 'node_modules')].find((dir) =>
    existsSync(join(dir, 'http-proxy')),
  );
  return {
    name: 'http-proxy',
    title: 'http-proxy',
    skills: new Set<Skill>(['listen', 'tunnel', 'log']),
    missing:
      modules === undefined
        ? 'npm install http-proxy in a scratch folder, then --modules FOLDER/node_modules'
        : undefined,
    launch: ({ dir, port, targetPort, isLogged }) => ({
      argv: [
        ...[options.node, ...options.nodeFlags, program(PROGRAMS.httpProxyFront, dir)],
        ...[String(port), String(targetPort), ...(isLogged ? ['logged'] : [])],
      ],
      env: { NODE_PATH: modules ?? '' },
    }),
  };
}

/** Listens, where ours does, and does no more: what Node itself takes to start. */
function emptyServer(options: Options): Contender {
  return {
    name: 'empty',
    title: 'empty `net` server',
    skills: new Set<Skill>(['listen']),
    missing: undefined,
    launch: ({ port }) => ({
      argv: [options.node, '-e', `require('node:net').createServer().listen(${port}, '127.0.0.1')`],
    }),
  };
}
