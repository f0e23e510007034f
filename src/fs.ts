import * as fs from 'node:fs';
import { promisify } from 'node:util';

/*
 * The functions of `node:fs/promises` that this program needs. That module and all that it loads would take a fifteenth of the
 * time to start.
 */
export const open = promisify(fs.open);
export const fstat = promisify(fs.fstat);
export const read = promisify(fs.read);
export const close = promisify(fs.close);
export const stat = promisify(fs.stat);
export const readdir = promisify(fs.readdir);
export const readFile = promisify(fs.readFile);

/** How many files this process may have open; `Infinity` where that is not limited or, outside of Linux, not known. */
export function maxOpenFiles(): number {
  try {
    const limits = fs.readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity; // no /proc: the answer to the question, not a failure
  }
}
