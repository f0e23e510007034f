import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
const SHOP = readFileSync(join(ROOT, 'openshift/kustomize/example/shop.yaml'), 'utf8');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oc-'));
  writeFileSync(join(folder, 'objects.yaml'), SHOP);
});

afterEach(() => rmSync(folder, { recursive: true }));

const kept = (name: string): string => readFileSync(join(folder, name), 'utf8');
const withOc = (): void => symlinkSync(join(__dirname, 'oc'), join(folder, 'oc'));

/** Runs a script with the folder first in the path, and so with its `oc` if one was put there. */
function run(script: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, OC_FOLDER: folder };
  return spawnSync(join(ROOT, 'scripts', script), args, { env, encoding: 'utf8' });
}

const SCRIPTS = [
  ['build', []],
  ['install', ['deployment/shop']],
  ['retarget', ['deployment/shop', 'PORT=1']],
  ['uninstall', ['deployment/shop']],
] as const;

describe.each(SCRIPTS)('scripts/%s', (script, args) => {
  test('says what it does with --help', () => {
    expect(run(script, '--help')).toMatchObject({ status: 0, stderr: '' });
    expect(run(script, '--help').stdout).toContain(`scripts/${script}`);
  });

  test('refuses to start when oc is not logged in', () => {
    withOc();
    writeFileSync(join(folder, 'logged-out'), '');
    expect(run(script, ...args)).toMatchObject({ status: 77 });
    expect(kept('calls')).toBe('whoami\n');
  });

  test('prints its commands and changes nothing with --dry-run, without a cluster', () => {
    const { status, stderr } = run(script, ...args, '--dry-run');
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^\+ oc /) });
    expect(kept('objects.yaml')).toBe(SHOP);
  });

  test('refuses an argument that it does not know', () => {
    expect(run(script, '--dry-run', '--nonsense')).toMatchObject({ status: 64 });
  });
});

describe('against a stand-in for oc', () => {
  beforeEach(withOc);

  test('install puts the ambassador in and uninstall gives back every byte', () => {
    expect(run('install', 'deployment/shop', '--service', 'shop', '--page', 'README.md')).toMatchObject({ status: 0 });
    expect(kept('objects.yaml')).toContain('name: decorator');
    expect(kept('applied.yaml')).toContain('kind: ConfigMap');
    expect(kept('calls')).toContain('get deployment/shop service/shop --output yaml');
    expect(run('uninstall', 'deployment/shop', '--service', 'shop')).toMatchObject({ status: 0 });
    expect(kept('objects.yaml')).toBe(SHOP);
  });

  test('what inject refuses never reaches the cluster', () => {
    expect(run('install', 'deployment/shop', '--port', '3000')).toMatchObject({ status: 65 });
    expect(kept('calls')).not.toContain('replace');
  });

  test('build uploads the last commit without node_modules and dist', () => {
    expect(run('build')).toMatchObject({ status: 0 });
    const uploaded = kept('uploaded').split('\n');
    expect(uploaded).toEqual(expect.arrayContaining(['Dockerfile', 'package.json', 'src/main.ts', '.s2i/environment']));
    expect(uploaded.filter((name) => /^(?:node_modules|dist|\.git)\//.test(name))).toEqual([]);
  });

  test('retarget sets the variables of the ambassador alone', () => {
    expect(run('retarget', 'dc/shop', 'TARGET_PORT=8080', 'PORT=8087')).toMatchObject({ status: 0 });
    expect(kept('calls')).toContain('set env dc/shop -c decorator TARGET_PORT=8080 PORT=8087');
  });
});
