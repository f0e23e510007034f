import { freePort, launch, versionFrom, type Maker } from './launch';

/** Serves files only; closes after each response. */
export const busybox: Maker = {
  name: 'busybox httpd',
  version: () => versionFrom('busybox', 'httpd', '--help'),
  async start(place) {
    const port = await freePort();
    const args = ['httpd', '-f', '-p', `127.0.0.1:${port}`, '-h', place.documents];
    return await launch(place, port, { file: 'busybox', args });
  },
};
