import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, readCases } from './case-file';

const CASES = join(__dirname, 'cases');

/** The page that the sidecar is told to answer 404 with. */
const PAGE = join(__dirname, 'page.html');

/** The environment of a sidecar with a case's settings. No timer may come to the rescue of a case that hangs. */
export function environmentOf(settings: string, targetPort: number): Record<string, string> {
  const pairs = settings.split(' ').filter((setting) => setting !== '');
  return {
    TARGET_PORT: String(targetPort),
    NOT_FOUND_PAGE: PAGE,
    DISCARD_TIMEOUT: '60s',
    ...Object.fromEntries(pairs.map((setting) => setting.split('=') as [string, string])),
  };
}

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
