import { join } from 'node:path';
import { type Launch, type Setting } from './launch';
import { configuration } from './paths';

export function nginxLaunch(setting: Setting): Launch {
  const { dir, port, targetPort, pages, page } = setting;
  const log = setting.isLogged ? '/dev/stdout line' : 'off';
  const file = configuration('nginx.conf', dir, { dir, port, target: targetPort, pages, page, log });
  return { argv: ['nginx', '-p', dir, '-e', 'stderr', '-c', file] };
}

/** The fields of our own line that HAProxy knows; `+E` escapes what would break a string. */
const HAPROXY_LINE =
  '{"time":"%Tl","client":"%ci","method":"%HM","path":"%{+E}HP","protocol":"%HV","status":%ST,"bytesIn":%U,' +
  '"bytesOut":%B,"durationMs":%Ta,"connectMs":%Tc,"firstByteMs":%Tr,"end":"%ts"}';

export function haproxyLaunch(setting: Setting): Launch {
  const { port, metricsPort, targetPort, pages, page, isLogged } = setting;
  const file = configuration('haproxy.cfg', setting.dir, {
    ...{ port, target: targetPort, pages, page },
    'log-to': isLogged ? '  log stdout format raw local0 info' : '',
    'log-format': isLogged ? `  log global\n  log-format '${HAPROXY_LINE}'` : '',
    metrics: [
      'frontend metrics',
      `  bind 127.0.0.1:${metricsPort}`,
      '  http-request use-service prometheus-exporter if { path /metrics }',
    ].join('\n'),
  });
  return { argv: ['haproxy', '-f', file], metricsPath: '/metrics' };
}

export function caddyLaunch(setting: Setting): Launch {
  const { dir, port, targetPort, pages, page, isLogged } = setting;
  const log = isLogged ? '\tlog {\n\t\toutput stdout\n\t\tformat json\n\t\tlevel INFO\n\t}' : '';
  const file = configuration('Caddyfile', dir, { port, target: targetPort, pages, page, log });
  return {
    argv: ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
    env: { XDG_DATA_HOME: join(dir, 'data'), XDG_CONFIG_HOME: join(dir, 'config') },
  };
}
