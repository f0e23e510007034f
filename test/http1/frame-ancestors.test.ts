import { expect, test } from '@jest/globals';
import { createOverride, renderOverride } from '../../src/http1/response-writer';
import { type ResponseHead } from '../../src/http1/response-head';
import { taken, targetHead } from '../support/rendered';

const DATE = 'Fri, 20 Nov 2026 12:00:00 GMT';

function linesOf(source: Omit<Parameters<typeof createOverride>[0], 'content'>, head: ResponseHead): readonly string[] {
  const override = createOverride({ ...source, content: Buffer.from('gone') });
  return taken(renderOverride(override, head, { omitsContent: false, closes: false, minorVersion: 1, date: DATE }))
    .lines;
}

test.each<[string, string[], string[]]>([
  ['none, of a policy without it', ["default-src 'none'"], []],
  [
    'one directive among others',
    ["default-src 'none'; frame-ancestors 'self' https://a.example; sandbox"],
    ["frame-ancestors 'self' https://a.example"],
  ],
  [
    'each policy of a list',
    ["frame-ancestors 'none', img-src *, frame-ancestors a"],
    ["frame-ancestors 'none', frame-ancestors a"],
  ],
  [
    'each line',
    ["frame-ancestors 'none'", 'img-src *', 'frame-ancestors a'],
    ["frame-ancestors 'none'", 'frame-ancestors a'],
  ],
  ['the first directive of a policy', ['frame-ancestors a; frame-ancestors b'], ['frame-ancestors a']],
  ['any letter case and white space', ['img-src *;\tFrame-Ancestors  A\t;;'], ['Frame-Ancestors  A']],
  ['a directive without a source', ['frame-ancestors'], ['frame-ancestors']],
  ['octets beyond ASCII as they came', ['frame-ancestors \xe9\xa0'], ['frame-ancestors \xe9\xa0']],
  ['none, of a name that only begins like it', ['frame-ancestors-x a; xframe-ancestors b'], []],
])('what may frame the response outlives the policy: %s', (_, policies, expected) => {
  const head = targetHead('HTTP/1.1 404 Not Found', ...policies.map((policy) => `content-security-policy: ${policy}`));
  const added = [{ name: 'Content-Security-Policy', value: "default-src 'none'" }];
  const without = linesOf({ keepsFields: true, fields: [] }, head);
  const beside = linesOf({ keepsFields: true, fields: [], added }, head);
  const lines = expected.map((policy) => `Content-Security-Policy: ${policy}`);
  const ending = [`Date: ${DATE}`, 'Content-Length: 4'];
  expect(without.slice(1)).toEqual([...lines, ...ending]);
  expect(beside.slice(1)).toEqual([...lines, "Content-Security-Policy: default-src 'none'", ...ending]);
});

test("a whole response of one's own keeps nothing, so also not what may frame the target's", () => {
  const head = targetHead('HTTP/1.1 404 Not Found', "Content-Security-Policy: frame-ancestors 'none'");
  expect(linesOf({ status: 410, keepsFields: false, fields: [] }, head).join()).not.toContain('frame-ancestors');
});
