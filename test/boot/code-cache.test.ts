import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scripts, startFlags } from '../support/start-flags';

const ROOT = join(__dirname, '../..');
const CODE_CACHE = JSON.stringify(join(ROOT, 'dist/boot/code-cache.js'));

/** For the build alone: with seeds of its own every process would write other bytes. */
const FIXED_SEEDS = ['--hash-seed=1', '--random-seed=1'];

/** In a process of its own, for V8 remembers in each what it has compiled there. */
function start(file: string, given: readonly string[] = [], then = ''): { isPrecompiled: boolean; result: unknown } {
  const code = `
    const { loadProgram, saveCode } = require(${CODE_CACHE});
    const file = ${JSON.stringify(file)};
    const program = loadProgram(file);
    program.script.runInThisContext()(exports);
    ${then}
    console.log(JSON.stringify({ isPrecompiled: program.isPrecompiled, result: exports.result }));`;
  const output = execFileSync(process.execPath, [...given, '-e', code], { encoding: 'utf8' });
  return JSON.parse(output) as ReturnType<typeof start>;
}

const startAndSave = (file: string): ReturnType<typeof start> => start(file, [], 'saveCode(file, program);');

describe('the code that is kept of a program', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
    file = join(folder, 'program.js');
    writeFileSync(file, 'exports.result = (() => 41 + 1)();\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is taken, and runs the program', () => {
    expect(startAndSave(file)).toEqual({ isPrecompiled: false, result: 42 });
    expect(start(file)).toEqual({ isPrecompiled: true, result: 42 });
  });

  it('is left out when the program is another, though as long', () => {
    startAndSave(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('41', '23'));
    expect(start(file)).toEqual({ isPrecompiled: false, result: 24 });
  });

  it.each([0, 1, 40, 200])('is left out when %i bytes of it are left', (length) => {
    startAndSave(file);
    truncateSync(`${file}.cache`, length);
    expect(start(file)).toEqual({ isPrecompiled: false, result: 42 });
  });

  it('is that of the flags which the sidecar is started with', () => {
    expect(scripts.precompile).toBe(['node', ...FIXED_SEEDS, ...startFlags, 'dist/boot/build-code-cache.js'].join(' '));
    const bundle = join(ROOT, 'dist/bundle.js');
    const ask = `console.log(require(${CODE_CACHE}).loadProgram(${JSON.stringify(bundle)}).isPrecompiled)`;
    const answer = (given: readonly string[]): string =>
      execFileSync(process.execPath, [...given, '-e', ask], { encoding: 'utf8' }).trim();
    expect(answer(startFlags)).toBe('true');
    expect(answer(['--max-semi-space-size=2'])).toBe('false');
  });
});

describe('two builds of one program', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'precompile-'));
    for (const part of ['dist', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (): Buffer => {
    execFileSync(process.execPath, [...FIXED_SEEDS, ...startFlags, join(folder, 'dist/boot/build-code-cache.js')]);
    return readFileSync(join(folder, 'dist/bundle.js.cache'));
  };

  it('keep the same code, byte for byte', () => {
    const first = build();
    expect(first.length).toBeGreaterThan(100_000);
    expect(build().equals(first)).toBe(true);
  });
});

describe('the bundle', () => {
  it('is without what nobody would use of pino, and so without what that loads', () => {
    const bundle = readFileSync(join(ROOT, 'dist/bundle.js'), 'utf8');
    expect(bundle).toContain('require("node:net")');
    expect(bundle).not.toMatch(/require\("(?:node:)?(?:assert|worker_threads)"\)/);
  });
});
