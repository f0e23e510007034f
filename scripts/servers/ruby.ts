import { join } from 'node:path';

import { APPS, freePort, launch, versionFrom, type Maker } from './launch';

const webrick: Maker = {
  name: 'webrick',
  version: () => versionFrom('ruby', '-rwebrick', '-e', 'puts WEBrick::VERSION'),
  async start(place) {
    return await launch(place, await freePort(), { file: 'ruby', args: [join(APPS, 'webrick_site.rb')] });
  },
};

const puma: Maker = {
  name: 'puma',
  version: () => versionFrom('puma', '--version'),
  async start(place) {
    const port = await freePort();
    const args = ['--bind', `tcp://127.0.0.1:${port}`, '--threads', '4:8', '--environment', 'production'];
    return await launch(place, port, { file: 'puma', args: [...args, join(APPS, 'rack_site.ru')] });
  },
};

export const rubyMakers: readonly Maker[] = [webrick, puma];
