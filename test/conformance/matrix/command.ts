import { execFile } from 'node:child_process';

import { CLIENT_LIMIT_MS } from './client';

/** Runs a client program to its end and gives what it printed; throws its exit code and words when it failed. */
export function runCommand(
  file: string,
  args: readonly string[],
  isFine: (code: number) => boolean = () => false,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer' as const, timeout: 2 * CLIENT_LIMIT_MS, maxBuffer: 1 << 26 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null || isFine(Number(error.code))) resolve(stdout);
      else reject(new Error(`${file} exit ${String(error.code)}: ${stderr.toString().trim()}`));
    });
  });
}
