import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, launch, versionFrom, type Maker, type Place } from './launch';

const site = (documents: string): string => `
  header /file.txt X-Odd-CASE "a,  b"
  header /file.txt Set-Cookie "b=2"
  redir /redirect /
  respond /empty 204
  respond /error "oops" 500
  respond /echo "{http.request.method} {http.request.body}" 200
  handle /data/missing {
    header Content-Type application/json
    respond "{}" 404
  }
  encode gzip
  root * ${documents}
  file_server`;

function configuration(place: Place, port: number): string {
  const body =
    place.role.is === 'echo' ? `  reverse_proxy 127.0.0.1:${place.role.recorderPort}` : site(place.documents);
  return `{\n  admin off\n  auto_https off\n}\nhttp://:${port} {\n  bind 127.0.0.1\n${body}\n}\n`;
}

export const caddy: Maker = {
  name: 'caddy',
  version: () => versionFrom('caddy', 'version'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'Caddyfile');
    writeFileSync(file, configuration(place, port));
    const env = { HOME: place.folder, XDG_DATA_HOME: place.folder, XDG_CONFIG_HOME: place.folder };
    return await launch(place, port, { file: 'caddy', args: ['run', '--adapter', 'caddyfile', '--config', file], env });
  },
};
