import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Debian's names of the servers and clients. */
const PACKAGES = [
  ...['apache2', 'lighttpd', 'nginx-light', 'haproxy', 'caddy', 'h2o', 'busybox-static', 'php-cli'],
  ...['ruby', 'ruby-webrick', 'puma', 'unicorn', 'libhttp-daemon-perl', 'starman', 'libmojolicious-perl'],
  ...['python3-gunicorn', 'python3-waitress', 'python3-cheroot', 'python3-uvicorn', 'python3-h11', 'python3-aiohttp'],
  ...['python3-eventlet', 'python3-gevent', 'python3-werkzeug', 'python3-hypercorn', 'uwsgi-core'],
  ...[
    'uwsgi-plugin-python3',
    'python3-tornado',
    'python3-twisted',
    'libtomcat10-embed-java',
    'libtomcat10-java',
    'libjetty9-java',
  ],
  ...['libjetty9-extra-java', 'default-jdk-headless', 'curl', 'wget', 'chromium'],
];

/** Debian asks this file before it starts a daemon; exit code 101 forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what is missing. The daemons that Debian would start stay down: the scripts start their own. */
export function installPackages(say: (text: string) => void): void {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    say('installing the servers');
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  } finally {
    if (isOurs) rmSync(POLICY);
  }
}
