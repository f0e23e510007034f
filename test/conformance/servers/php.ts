import { join } from 'node:path';

import { APPS, freePort, launch, versionFrom, type Maker } from './launch';

export const php: Maker = {
  name: 'php -S',
  version: () => versionFrom('php', '--version'),
  async start(place) {
    const port = await freePort();
    const args = ['-S', `127.0.0.1:${port}`, '-t', place.documents, join(APPS, 'router.php')];
    return await launch(place, port, { file: 'php', args, env: { PHP_CLI_SERVER_WORKERS: '4' } });
  },
};
