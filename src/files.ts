import * as fs from 'node:fs';
import { promisify } from 'node:util';

/*
 * Of `node:fs/promises` what this house needs. That module itself, with all that it loads, would take a fifteenth of the
 * time to start.
 */
export const open = promisify(fs.open);
export const fstat = promisify(fs.fstat);
export const read = promisify(fs.read);
export const close = promisify(fs.close);
export const stat = promisify(fs.stat);
export const readdir = promisify(fs.readdir);
export const readFile = promisify(fs.readFile);
