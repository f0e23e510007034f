import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');

const settle = (bill: string): string =>
  execFileSync(process.execPath, [join(ROOT, 'build/sbom.js')], { input: bill, encoding: 'utf8' });

const component = (reference: string): object => ({ 'bom-ref': reference, type: 'library', name: 'x' });

/** As npm writes it: with the time and a random number, under the name of the folder, in an order of its own. */
const written = (unlike: { readonly time: string; readonly folder: string; readonly order: 1 | -1 }): string => {
  const packages = ['@a/b@1.0.0', 'c@2.0.0', 'c@3.0.0'];
  const sorted = unlike.order === 1 ? packages : packages.toReversed();
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    serialNumber: `urn:uuid:${unlike.time}`,
    metadata: {
      timestamp: unlike.time,
      tools: [{ name: 'cli' }],
      component: { ...component('@us/ambassador@0.1.0'), name: unlike.folder },
    },
    components: sorted.map(component),
    dependencies: sorted.map((ref) => ({ ref, dependsOn: sorted })),
  });
};

describe('the bill of materials', () => {
  const bill = settle(written({ time: '2026-11-27', folder: 'build', order: 1 }));

  test('is the same for the same packages, wherever and whenever it is made', () => {
    expect(settle(written({ time: '2027-01-01', folder: 'source', order: -1 }))).toBe(bill);
  });

  test('keeps all that is said of the packages', () => {
    expect(JSON.parse(bill)).toEqual({
      bomFormat: 'CycloneDX',
      metadata: {
        tools: [{ name: 'cli' }],
        component: { 'bom-ref': '@us/ambassador@0.1.0', type: 'application', name: '@us/ambassador' },
      },
      components: ['@a/b@1.0.0', 'c@2.0.0', 'c@3.0.0'].map(component),
      dependencies: ['@a/b@1.0.0', 'c@2.0.0', 'c@3.0.0'].map((ref) => ({
        ref,
        dependsOn: ['@a/b@1.0.0', 'c@2.0.0', 'c@3.0.0'],
      })),
    });
  });

  test('is made of what npm writes', () => {
    const npm = (): string =>
      execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], { cwd: ROOT, encoding: 'utf8' });
    const [one, other] = [npm(), npm()];
    expect(one).not.toBe(other);
    expect(settle(one)).toBe(settle(other));
    expect(JSON.parse(settle(one))).toMatchObject({ metadata: { component: { name: 'ambassador' } } });
  }, 60_000);
});
