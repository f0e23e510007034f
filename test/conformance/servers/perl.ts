import { join } from 'node:path';

import { APPS, freePort, launch, output, type Maker } from './launch';

const moduleVersion = (name: string): string | undefined => output('perl', `-M${name}`, '-e', `print ${name}->VERSION`);

const httpDaemon: Maker = {
  name: 'perl HTTP::Daemon',
  version: () => moduleVersion('HTTP::Daemon'),
  async start(place) {
    return await launch(place, await freePort(), { file: 'perl', args: [join(APPS, 'http_daemon.pl')] });
  },
};

const starman: Maker = {
  name: 'starman',
  version: () => moduleVersion('Starman'),
  async start(place) {
    const port = await freePort();
    const args = ['--listen', `127.0.0.1:${port}`, '--workers', '4', '--env', 'deployment', join(APPS, 'site.psgi')];
    return await launch(place, port, { file: 'starman', args });
  },
};

const mojolicious: Maker = {
  name: 'mojolicious',
  version: () => moduleVersion('Mojolicious'),
  async start(place) {
    return await launch(place, await freePort(), {
      file: 'perl',
      args: [join(APPS, 'mojo_site.pl')],
      env: { MOJO_MODE: 'production' },
    });
  },
};

export const perlMakers: readonly Maker[] = [httpDaemon, starman, mojolicious];
