import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { APPS, freePort, launch, versionFrom, type Maker, type Place, type Running } from './launch';

const MODULES = '/usr/lib/apache2/modules';

const load = (...names: readonly string[]): string =>
  names.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n');

const site = (place: Place): string => `
${load('cgid', 'alias', 'deflate', 'filter', 'headers')}
DocumentRoot ${place.documents}
<Directory ${place.documents}>
  Require all granted
</Directory>
ScriptSock ${place.folder}/cgi.sock
ScriptAlias /echo ${APPS}/echo.cgi
<Directory ${APPS}>
  Require all granted
</Directory>
Redirect 302 /redirect /
Redirect 410 /gone
<Location /file.txt>
  Header add X-Odd-CASE "a,  b"
  Header add set-cookie "b=2"
</Location>`;

const echo = (recorderPort: number): string => `
${load('proxy', 'proxy_http')}
ProxyPass / http://127.0.0.1:${recorderPort}/ nocanon
TraceEnable extended`;

const cgiEcho = (place: Place): string => `
${load('cgid', 'alias')}
ScriptSock ${place.folder}/cgi.sock
ScriptAliasMatch ^ ${APPS}/echo.cgi
<Directory ${APPS}>
  Require all granted
</Directory>
TraceEnable extended`;

function configuration(place: Place, port: number, body: string): string {
  return `
ServerRoot ${place.folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${place.folder}/httpd.pid
ErrorLog ${place.folder}/error.log
DefaultRuntimeDir ${place.folder}
${load('mpm_event', 'authz_core', 'authz_host', 'dir', 'mime')}
User nobody
Group nogroup
TypesConfig /etc/mime.types
MaxKeepAliveRequests 0
StartServers 1
${body}
`;
}

async function start(place: Place, body: string): Promise<Running> {
  const port = await freePort();
  const file = join(place.folder, 'httpd.conf');
  writeFileSync(file, configuration(place, port, body));
  return await launch(place, port, { file: 'apache2', args: ['-f', file, '-DFOREGROUND'] });
}

const version = (): string | undefined => versionFrom('apache2', '-v');

export const apache: Maker = {
  name: 'apache httpd',
  version,
  start: (place) => start(place, place.role.is === 'echo' ? echo(place.role.recorderPort) : site(place)),
};

/** Runs the echo as a CGI program, which sees field names with `-` and `_` as one. */
export const apacheCgi: Maker = { name: 'apache httpd (CGI)', version, start: (place) => start(place, cgiEcho(place)) };
