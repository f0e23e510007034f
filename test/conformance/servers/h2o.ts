import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, launch, versionFrom, type Maker, type Place } from './launch';

function paths(place: Place): string {
  if (place.role.is === 'echo')
    return `      /:\n        proxy.reverse.url: "http://127.0.0.1:${place.role.recorderPort}/"\n`;
  return `      /redirect:\n        redirect:\n          status: 302\n          url: /\n      /:\n        file.dir: ${place.documents}\n`;
}

export const h2o: Maker = {
  name: 'h2o',
  version: () => versionFrom('h2o', '--version'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'h2o.conf');
    const head = `listen:\n  host: 127.0.0.1\n  port: ${port}\nnum-threads: 1\nuser: nobody\nhosts:\n  default:\n    paths:\n`;
    writeFileSync(file, head + paths(place));
    return await launch(place, port, { file: 'h2o', args: ['-m', 'worker', '-c', file] });
  },
};
