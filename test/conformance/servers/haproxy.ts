import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, launch, versionFrom, type Maker, type Place } from './launch';

const SITE = `  option http-buffer-request
  acl missing path_beg /missing
  acl data path_beg /data
  acl redirect path /redirect
  acl error path /error
  http-request redirect location / code 302 if redirect
  http-request return status 500 content-type text/html string "<h1>oops</h1>" if error
  http-request return status 404 content-type application/json string "{}" if data
  http-request return status 404 content-type text/html hdr X-Kept yes string "<h1>missing</h1>" if missing
  http-request return status 200 content-type text/html hdr X-Odd-CASE "a,  b" string "<h1>hello</h1>"
`;

function configuration(place: Place, port: number): string {
  const echo = (recorderPort: number): string => `  server recorder 127.0.0.1:${recorderPort}\n`;
  const body = place.role.is === 'echo' ? echo(place.role.recorderPort) : SITE;
  const timeouts = '  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n';
  return `global\n  maxconn 500\nlisten site\n  mode http\n${timeouts}  bind 127.0.0.1:${port}\n${body}`;
}

export const haproxy: Maker = {
  name: 'haproxy',
  version: () => versionFrom('haproxy', '-v'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'haproxy.cfg');
    writeFileSync(file, configuration(place, port));
    return await launch(place, port, { file: 'haproxy', args: ['-db', '-f', file] });
  },
};
