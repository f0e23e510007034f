import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** A CommonJS program, wrapped as Node wraps its modules. */
export interface Program {
  readonly script: Script;
  /** Whether V8 took what it had compiled before, and had nothing to compile now. */
  readonly isPrecompiled: boolean;
}

const OPENING = '(function (exports, require, module, __filename, __dirname) {';
const CLOSING = '\n})';

/** Where the code of a program is kept. */
export const cacheOf = (file: string): string => `${file}.cache`;

/**
 * Reads a program, and beside it the code that {@link saveCode} kept of it. The code is left out where it is missing or another
 * program's; V8 itself refuses that of another version, or of other flags. Then the program is compiled as ever. It may not say
 * `import()`, which a script can only do with options that make all of it slower; the bundler turns it into `require`.
 * @throws NodeJS.ErrnoException where the program cannot be read; SyntaxError where it is none
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
 * Keeps what V8 has compiled of a program by now, functions that have run included, for the next start. The program stands
 * before it, for V8 tells programs apart by nothing but their length.
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

/** A program without kept code is nothing wrong: it only starts more slowly. */
function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
