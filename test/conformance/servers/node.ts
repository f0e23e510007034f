import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { APPS, freePort, launch, type Maker } from './launch';

/** Frameworks are no dependencies of the project: they are installed into a cache folder of their own. */
const CACHE = join(tmpdir(), 'ambassador-matrix-npm');
const FRAMEWORKS = ['express@5', 'fastify@5', 'koa@3'];

/** Installs the frameworks once; false when the registry cannot be reached. */
export function installFrameworks(): boolean {
  mkdirSync(CACHE, { recursive: true });
  if (existsSync(join(CACHE, 'node_modules', 'koa'))) return true;
  try {
    execFileSync('npm', ['install', '--prefix', CACHE, '--no-audit', '--no-fund', ...FRAMEWORKS], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // the frameworks are then named as skipped
  }
}

function frameworkVersion(name: string): string | undefined {
  const manifest = join(CACHE, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

const application = (name: string, file: string, version: () => string | undefined): Maker => ({
  name,
  version,
  async start(place) {
    const env = { NODE_PATH: join(CACHE, 'node_modules'), NODE_ENV: 'production' };
    return await launch(place, await freePort(), { file: process.execPath, args: [join(APPS, file)], env });
  },
});

export const nodeHttp = application('node http', 'node-site.js', () => process.versions.node);

const framework = (name: string): Maker => application(name, `${name}-site.js`, () => frameworkVersion(name));

/** They share the parser of Node's http, so they add nothing to the differential test. */
export const nodeFrameworks: readonly Maker[] = [framework('express'), framework('fastify'), framework('koa')];
