import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { APPS, freePort, launch, output, versionFrom, type Maker, type Place, type Running } from './launch';

/** Debian's interpreter first: it is the one that sees Debian's modules. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const moduleVersion = (name: string): string | undefined =>
  output(python, '-c', `from importlib.metadata import version; print(version('${name}'))`)?.trim();

async function script(place: Place, file: string, env: Record<string, string> = {}): Promise<Running> {
  return await launch(place, await freePort(), { file: python, args: [join(APPS, file)], env });
}

const httpServer = (version: '1.0' | '1.1'): Maker => ({
  name: `python http.server ${version}`,
  version: () => /\d[\d.]+/.exec(output(python, '--version') ?? '')?.[0],
  start: (place) => script(place, 'http_server.py', { VERSION: `HTTP/${version}` }),
});

const gunicorn: Maker = {
  name: 'gunicorn',
  version: () => moduleVersion('gunicorn'),
  async start(place) {
    const port = await freePort();
    const workers = ['--worker-class', 'gthread', '--threads', '8', '--keep-alive', '30'];
    const args = ['-m', 'gunicorn', '--chdir', APPS, '--bind', `127.0.0.1:${port}`, ...workers, 'wsgi_site:site'];
    return await launch(place, port, { file: python, args, env: { PYTHONDONTWRITEBYTECODE: '1' } });
  },
};

const waitress: Maker = {
  name: 'waitress',
  version: () => moduleVersion('waitress'),
  async start(place) {
    const port = await freePort();
    const args = ['-m', 'waitress', '--listen', `127.0.0.1:${port}`, '--threads', '8', 'wsgi_site:site'];
    return await launch(place, port, { file: python, args, env: { PYTHONPATH: APPS, PYTHONDONTWRITEBYTECODE: '1' } });
  },
};

const uvicorn: Maker = {
  name: 'uvicorn (h11)',
  version: () => moduleVersion('uvicorn'),
  async start(place) {
    const port = await freePort();
    const args = ['-m', 'uvicorn', '--app-dir', APPS, '--http', 'h11', '--port', String(port), 'asgi_site:site'];
    return await launch(place, port, { file: python, args, env: { PYTHONDONTWRITEBYTECODE: '1' } });
  },
};

const uwsgi: Maker = {
  name: 'uwsgi',
  version: () => versionFrom('uwsgi', '--version'),
  async start(place) {
    const port = await freePort();
    const http = [
      '--plugin',
      'http,python3',
      '--http',
      `127.0.0.1:${port}`,
      '--http-keepalive',
      '--http-chunked-input',
    ];
    const app = ['--master', '--processes', '4', '--pythonpath', APPS, '--module', 'wsgi_site:site', '--need-app'];
    const args = [...http, '--http-timeout', '10', ...app];
    return await launch(place, port, { file: 'uwsgi', args, env: { PYTHONDONTWRITEBYTECODE: '1' } });
  },
};

const hypercorn: Maker = {
  name: 'hypercorn',
  version: () => moduleVersion('hypercorn'),
  async start(place) {
    const port = await freePort();
    const args = ['-m', 'hypercorn', '--bind', `127.0.0.1:${port}`, 'asgi_site:site'];
    return await launch(place, port, { file: python, args, env: { PYTHONPATH: APPS, PYTHONDONTWRITEBYTECODE: '1' } });
  },
};

const twistedFiles: Maker = {
  name: 'twisted web (files)',
  version: () => moduleVersion('twisted'),
  async start(place) {
    const port = await freePort();
    const listen = ['--listen', `tcp:${port}:interface=127.0.0.1`, '--path', place.documents];
    return await launch(place, port, { file: python, args: ['-m', 'twisted', 'web', ...listen] });
  },
};

const scripted = (name: string, file: string): Maker => ({
  name,
  version: () => moduleVersion(name),
  start: (place) => script(place, file, { SERVER: name, PYTHONDONTWRITEBYTECODE: '1' }),
});

/** Serves only the echo. */
const twisted = scripted('twisted', 'twisted_site.py');

export const pythonMakers: readonly Maker[] = [
  httpServer('1.0'),
  httpServer('1.1'),
  gunicorn,
  waitress,
  { ...scripted('cheroot', 'wsgi_site.py'), misreadsTrailers: true },
  { ...scripted('eventlet', 'wsgi_site.py'), misreadsTrailers: true },
  { ...scripted('gevent', 'wsgi_site.py'), misreadsTrailers: true },
  scripted('werkzeug', 'wsgi_site.py'),
  uwsgi,
  uvicorn,
  hypercorn,
  scripted('aiohttp', 'aiohttp_site.py'),
  scripted('tornado', 'tornado_site.py'),
];

/** Echoes, and has no site. */
export const pythonEchoMakers: readonly Maker[] = [twisted];

/** Serves files, and has no application that could echo. */
export const pythonFileMakers: readonly Maker[] = [twistedFiles];
