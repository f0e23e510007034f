import { jest } from '@jest/globals';
import type * as LivePageModule from '../../../src/admin/live/live-page';
import { type LiveAbout } from '../../../src/admin/live/messages';

/** The page inlines what the compiler made of its scripts, so it is tested as it was built: `npm run build` comes first. */
export const { createLivePage } = jest.requireActual<typeof LivePageModule>('../../../dist/admin/live/live-page');

export const ABOUT: LiveAbout = {
  name: 'web-7d9f',
  url: 'http://localhost:8080/',
  target: '127.0.0.1:8087',
  startedAtMs: 1,
};
