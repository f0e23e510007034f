import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, readCases } from './case-file';

const CASES = join(__dirname, 'cases');

/** The page that the sidecar is told to answer 404 with. */
export const PAGE = join(__dirname, 'page.html');

/** One file of cases. */
export interface Chapter {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** Every case there is, in the order of the files' names. */
export function readCollection(): readonly Chapter[] {
  const page = readFileSync(PAGE);
  const named = { page, 'page length': Buffer.from(String(page.length)) };
  return readdirSync(CASES)
    .sort()
    .map((file) => {
      const markdown = readFileSync(join(CASES, file), 'utf8');
      return { title: markdown.slice('# '.length, markdown.indexOf('\n')), cases: readCases(markdown, named) };
    });
}
