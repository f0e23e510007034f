import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The scripts of the package, by which the sidecar is built and started. */
export const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  readonly scripts: { readonly start: string; readonly precompile: string };
};

/** What stands between `node` and the file when the sidecar is started. */
export const startFlags: readonly string[] = scripts.start.split(' ').slice(1, -1);
