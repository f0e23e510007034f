import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createOverride, renderOverride } from '../../src/http1/response-writer';
import { taken, targetHead } from '../support/rendered';

const DOCUMENTED = readFileSync(join(__dirname, '../../docs/overrides.md'), 'utf8');
const VALUES: Readonly<Record<string, string>> = { 'Content-Length': '3', 'Transfer-Encoding': 'chunked' };

/** The names in the first column of the table, by the decision in the second. */
function namesThatAre(decision: 'dropped' | 'kept'): readonly string[] {
  const rows = DOCUMENTED.matchAll(/^\| (`[^|]+`) +\| (dropped|kept) +\|/gm);
  return [...rows]
    .filter(([, , decided]) => decided === decision)
    .flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Whether the target's field line goes out with a page. */
function isKept(name: string): boolean {
  const line = `${name}: ${VALUES[name] ?? 'a-value'}`;
  const override = createOverride({ keepsFields: true, fields: [], content: Buffer.from('page') });
  const context = { omitsContent: false, closes: false, minorVersion: 1, date: 'Fri, 20 Nov 2026 12:00:00 GMT' };
  return taken(renderOverride(override, targetHead('HTTP/1.1 404 No', line), context)).lines.includes(line);
}

describe('the manual says of a field of the target', () => {
  test('more than 40 times that it is kept, and more than 30 times that it is dropped', () => {
    expect(namesThatAre('kept').length).toBeGreaterThan(40);
    expect(namesThatAre('dropped').length).toBeGreaterThan(30);
  });

  test.each(namesThatAre('dropped'))('that %s is dropped, and it is', (name) => {
    expect(isKept(name)).toBe(false);
  });

  test.each(namesThatAre('kept'))('that %s is kept, and it is', (name) => {
    expect(isKept(name)).toBe(true);
  });
});
