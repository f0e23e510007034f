import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** A CommonJS program, wrapped in the same function as Node wraps its modules. */
export interface Program {
  readonly script: Script;
  /** Whether V8 accepted the cached code, so that nothing was compiled. */
  readonly isPrecompiled: boolean;
}

const OPENING = '(function (exports, require, module, __filename, __dirname) {';
const CLOSING = '\n})';

/** Returns the path of the code cache of a program. */
export const cacheOf = (file: string): string => `${file}.cache`;

/**
 * Reads a program and the code cache that {@link saveCode} wrote beside it. The cache is ignored if it is missing or
 * belongs to another program. V8 itself rejects the cache of another version or of other flags. In each of these cases
 * the program is compiled normally.
 *
 * The program must not use `import()`: a script supports it only with options that make the whole script slower. The
 * bundler turns `import()` into `require`.
 * @throws NodeJS.ErrnoException if the program cannot be read; SyntaxError if it is not valid JavaScript
 */
export function loadProgram(file: string): Program {
  const program = readFileSync(file);
  const cachedData = readCode(file, program);
  const script = new Script(`${OPENING}${program.toString()}${CLOSING}`, {
    filename: file,
    columnOffset: -OPENING.length,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  return { script, isPrecompiled: cachedData !== undefined && script.cachedDataRejected === false };
}

/**
 * Saves the code that V8 has compiled so far for the next start, including functions that have run. The cache file
 * begins with a copy of the program, because V8 distinguishes programs only by their length.
 */
export function saveCode(file: string, { script }: Program): void {
  const unfinished = `${cacheOf(file)}.new`;
  writeFileSync(unfinished, Buffer.concat([readFileSync(file), script.createCachedData()]));
  renameSync(unfinished, cacheOf(file));
}

function readCode(file: string, program: Buffer): Buffer | undefined {
  const kept = readIfThere(cacheOf(file));
  return kept?.subarray(0, program.length).equals(program) ? kept.subarray(program.length) : undefined;
}

/**
 * Returns the content of a file, or `undefined` if it does not exist: a program without a cache only starts more
 * slowly.
 */
function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
