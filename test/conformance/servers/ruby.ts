import { writeFileSync } from 'node:fs';
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

const unicorn: Maker = {
  name: 'unicorn',
  version: () => versionFrom('unicorn', '--version'),
  async start(place) {
    const port = await freePort();
    const file = join(place.folder, 'unicorn.rb');
    writeFileSync(file, 'worker_processes 4\n');
    const args = ['--listen', `127.0.0.1:${port}`, '--env', 'deployment', '--config-file', file];
    return await launch(place, port, { file: 'unicorn', args: [...args, join(APPS, 'rack_site.ru')] });
  },
};

export const rubyMakers: readonly Maker[] = [webrick, puma, unicorn];
