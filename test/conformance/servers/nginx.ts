import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, launch, versionFrom, type Maker, type Place } from './launch';

const site = (documents: string): string => `
    root ${documents};
    location = /redirect { return 302 /; }
    location = /error { return 500; }
    location = /empty { return 204; }
    location = /echo { dav_methods PUT DELETE; }
    location = /fields { add_header X-Odd-CASE "a,  b"; add_header set-cookie "b=2"; return 200 "ok"; }
    location = /data/missing { default_type application/json; return 404 '{"no":"way"}'; }
    location /packed { gzip on; gzip_min_length 1; gzip_types *; alias ${documents}/; }`;

const echo = (recorderPort: number): string => `
    location / {
      proxy_pass http://127.0.0.1:${recorderPort};
      proxy_ignore_client_abort on;
      proxy_pass_request_headers on;
    }`;

function configuration(place: Place, port: number): string {
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${place.folder}/${kind};`,
  );
  return `
daemon off;
worker_processes 1;
pid ${place.folder}/nginx.pid;
error_log ${place.folder}/error.log;
events { worker_connections 512; }
http {
${scratch.join('\n')}
  access_log off;
  types { text/html html; text/plain txt; application/json json; application/octet-stream bin; }
  keepalive_requests 100000;
  server {
    listen 127.0.0.1:${port};
    ${place.role.is === 'echo' ? echo(place.role.recorderPort) : site(place.documents)}
  }
}
`;
}

export const nginx: Maker = {
  name: 'nginx',
  version: () => versionFrom('nginx', '-v'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'nginx.conf');
    writeFileSync(file, configuration(place, port));
    const args = ['-e', join(place.folder, 'error.log'), '-p', place.folder, '-c', file];
    return await launch(place, port, { file: 'nginx', args });
  },
};
