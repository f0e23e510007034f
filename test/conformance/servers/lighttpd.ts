import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { APPS, freePort, launch, versionFrom, type Maker, type Place } from './launch';

const site = (place: Place): string => `
server.modules = ("mod_cgi", "mod_redirect", "mod_setenv", "mod_alias")
server.document-root = "${place.documents}"
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html", ".txt" => "text/plain", ".json" => "application/json")
alias.url = ("/echo" => "${APPS}/echo.cgi")
cgi.assign = (".cgi" => "/usr/bin/perl")
url.redirect = ("^/redirect$" => "/")
url.redirect-code = 302
$HTTP["url"] == "/file.txt" { setenv.add-response-header = ("X-Odd-CASE" => "a,  b", "set-cookie" => "b=2") }`;

const echo = (recorderPort: number): string => `
server.modules = ("mod_proxy")
server.document-root = "/nonexistent"
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${recorderPort})))`;

export const lighttpd: Maker = {
  name: 'lighttpd',
  version: () => versionFrom('lighttpd', '-v'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'lighttpd.conf');
    const body = place.role.is === 'echo' ? echo(place.role.recorderPort) : site(place);
    const common = `server.bind = "127.0.0.1"\nserver.port = ${port}\nserver.max-keep-alive-requests = 10000\n`;
    const scratch = `server.upload-dirs = ("${place.folder}")\nserver.errorlog = "${place.folder}/error.log"\n`;
    writeFileSync(file, common + scratch + body);
    return await launch(place, port, { file: 'lighttpd', args: ['-D', '-f', file] });
  },
};
