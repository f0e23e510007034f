import { describe, expect, test } from '@jest/globals';
import { runInject } from '../../src/inject/main';
import { injected, refusal, removed } from '../support/run-inject';

const POD =
  'kind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  - name: web\n    ports: [{containerPort: 3000}]\n';

/** What is on stderr where inject refuses these bytes. */
function refusalOf(bytes: Buffer): string {
  const { exitCode, stdout, stderr } = runInject([], bytes);
  expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: '' });
  expect(stderr).toMatch(/^ambassador inject: [^\n]+\n$/);
  return stderr;
}

describe('bytes that are not the UTF-8 text of a manifest', () => {
  test.each([
    ['Latin-1', Buffer.from(`${POD}# caf\u00e9\n`, 'latin1'), /line 7 has a byte that is not UTF-8 \(0xe9\); save/],
    ['a cut character', Buffer.from([...Buffer.from(POD), 0xe2, 0x82]), /line 7 has a byte that is not UTF-8 \(0xe2\)/],
    ['a surrogate', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]), /line 2 has a byte that is not UTF-8 \(0xed\)/],
    ['an overlong encoding', Buffer.from([0xc0, 0xaf]), /line 1 has a byte that is not UTF-8 \(0xc0\)/],
    ['a bad byte after U+FFFD', Buffer.from([0xef, 0xbf, 0xbd, 0xff]), /line 1 .+ \(0xff\)/],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${POD}`, 'utf16le'), /is UTF-16 .+ save it as UTF-8/],
    ['UTF-16 with the other mark', Buffer.from(`\uFEFF${POD}`, 'utf16le').swap16(), /is UTF-16 .+ save it as UTF-8/],
    ['UTF-16 without a mark', Buffer.from(POD, 'utf16le'), /line 1 has the control character U\+0000/],
    ['a control character', Buffer.from(`${POD}# \u001b[2J\n`), /line 7 has the control character U\+001B/],
    [
      'a lone carriage return',
      Buffer.from(`${POD}# a\rb: c\n`),
      /line 7 has a carriage return without a line feed; use/,
    ],
    ['a mark inside', Buffer.from(`${POD}---\n\uFEFF${POD}`), /line 8 begins with a byte order mark .+; remove it/],
    ['two marks', Buffer.from(`\uFEFF\uFEFF${POD}`), /line 1 begins with a byte order mark/],
  ])('are refused: %s', (_what, bytes, message) => {
    expect(refusalOf(bytes)).toMatch(message);
  });

  test('are not those of a text with U+FFFD, U+2028 or U+FEFF inside a value, which come back', () => {
    const text = `${POD}x: "\uFFFD \u2028 a\uFEFF \u{1F600}"\n`;
    expect(removed(injected(text))).toBe(text);
  });
});

const nested = (open: string, close: string, depth: number): string =>
  `x: ${open.repeat(depth)}1${close.repeat(depth)}\n`;

const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, level) =>
    level === 0
      ? 'a0: &a0 [1, 2, 3]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  ).join('\n');

describe('a text that is no sound YAML', () => {
  test.each([
    ['nested lists', nested('[', ']', 100_000), /line 1: values are nested deeper than 250 levels; remove/],
    ['nested mappings', nested('{a: ', '}', 100_000), /nested deeper than 250 levels/],
    ['nested JSON', `{"kind":${'['.repeat(100_000)}`, /nested deeper than 250 levels/],
    ['dashes on one line', '- '.repeat(100_000), /nested deeper than 250 levels/],
    ['question marks', '? '.repeat(100_000), /nested deeper than 250 levels/],
    [
      'stairs',
      Array.from({ length: 400 }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
      /line \d+: .+ deeper than 250/,
    ],
    ['an alias bomb', `${POD}---\n${bomb(12)}`, /document 2, line 1\d: aliases like \*a\d expand to more than 1000000/],
    [
      'a bomb of merge keys',
      `b: &b0 {k: 1}\n${Array.from({ length: 22 }, (_, at) => `c${at}: &b${at + 1} {a: *b${at}, b: *b${at}, <<: *b${at}}`).join('\n')}`,
      /aliases like/,
    ],
    [
      'an alias of nothing',
      'a: *b\n',
      /document 1, line 1: the alias \*b has no anchor &b before it; define the anchor/,
    ],
    ['an alias before its anchor', 'a: *b\nb: &b 1\n', /the alias \*b has no anchor &b before it/],
    ['an alias inside its anchor', `${POD}---\na: &b [*b]\n`, /document 2, line 8: the alias \*b is inside its own/],
    ['a merge of a list item that is text', 'a: {<<: [b]}\n', /line 1: the merge key << needs a mapping/],
    ['a merge of text', 'a:\n  <<: b\n', /line 2: the merge key << needs a mapping/],
    ['a tab as indentation', 'a:\n\tb: c\n', /document 1 is not YAML: Tabs .+ at line 2; indent with spaces/],
    ['an open quote', 'a: "b\n', /document 1 is not YAML: Missing closing "quote at line \d; correct it there/],
    ['a directive without a document', '%YAML 9\n', /document 1 is not YAML: Unsupported YAML version 9 at line 1/],
    ['a thousand faults', ', '.repeat(1000), /document 1 is not YAML/],
  ])('is refused with a line and advice: %s', (_what, text, message) => {
    expect(refusal(text)).toMatch(message);
    expect(refusal(text)).not.toMatch(/ at .+:\d+:\d+/);
  });

  test.each([
    [
      'a key',
      `${POD}---\na:\n  b: 1\n  c: 2\n  b: 3\n`,
      /document 2, line 11: the key "b" occurs twice .+\(first in line 9\); remove/,
    ],
    ['a quoted key', 'a: 1\n"a": 2\n', /document 1, line 2: the key "a" occurs twice/],
    ['a number and its text', '1: a\n"1": b\n', /the key "1" occurs twice/],
    ['a key in a flow mapping', '{a: 1, a: 2}\n', /the key "a" occurs twice/],
    ['a key in JSON', '{"kind": "Pod",\n"kind": "Pod"}', /line 2: the key "kind" occurs twice .+\(first in line 1\)/],
    ['a key of Object.prototype', '__proto__: 1\n__proto__: 2\n', /the key "__proto__" occurs twice/],
    ['a key by an alias', 'a: &k b\nb: 1\n*k : 2\n', /line 3: the key "b" occurs twice/],
    ['a list as a key', '? [a]\n: 1\n? [a]\n: 2\n', /the key "\[a\]" occurs twice/],
  ])('is refused when a key is written twice: %s', (_what, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe('unusual but sound text is passed on as it is', () => {
  const container = '{name: web, ports: [{containerPort: 3000}]}';
  test.each([
    ['many aliases of one anchor', `${POD}---\na: &a {x: 1}\nb: [${Array(500).fill('*a').join(', ')}]\n`],
    ['nesting up to the limit', `${POD}---\n${nested('[', ']', 200)}`],
    ['a very long line', `${POD}x: ${'y'.repeat(300_000)}\n`],
    [
      'a very long line of JSON',
      JSON.stringify({
        kind: 'List',
        items: [
          {
            kind: 'Pod',
            metadata: { name: 'a' },
            spec: { containers: [{ name: 'w', ports: [{ containerPort: 1 }] }] },
          },
          { kind: 'ConfigMap', data: { x: 'y'.repeat(300_000) } },
        ],
      }),
    ],
    [
      'JSON indented with tabs',
      JSON.stringify(
        { kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'w', ports: [{ containerPort: 1 }] }] } },
        null,
        '\t',
      ),
    ],
    ['tags that are not known', `${POD}---\na: !foo b\nc: !bar {d: !<tag:example.org,2000:e> f}\n`],
    ['keys of Object.prototype', `${POD}constructor: 1\n__proto__: {toString: 2}\nhasOwnProperty: 3\n`],
    ['kinds of Object.prototype', `${POD}---\nkind: constructor\n---\nkind: __proto__\n---\nkind: toString\n`],
    [
      'labels of Object.prototype',
      `${POD}---\nkind: Service\nmetadata: {name: a}\nspec: {selector: {__proto__: a, constructor: b}, ports: [{port: 3000}]}\n`,
    ],
    ['a list as a key', `${POD}---\n? [a, {b: c}]\n: d\n? {e: f}\n: g\n`],
    [
      'YAML 1.1 with its own types',
      `%YAML 1.1\n---\n${POD}a: !!set {b, c}\nd: !!omap [e: 1, f: 2]\ng: 2001-12-14\nh: !!binary aGk=\ni: !!pairs [j: 1, j: 2]\n`,
    ],
    [
      'a merge key beside what is edited',
      `base: &base {restartPolicy: Always}\nkind: Pod\nmetadata: {name: a}\nspec:\n  <<: *base\n  containers:\n  - ${container}\n`,
    ],
    ['a merge of several mappings', `a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b], y: 3}\n${POD}`],
    [
      'an anchor on what is edited, without an alias',
      `kind: Pod\nmetadata: &m {name: a}\nspec: &s\n  containers: &c\n  - &w\n    name: web\n    ports: [{name: &n http, containerPort: &p 3000}]\n  volumes: &v\n`,
    ],
    ['the same anchor twice', `kind: Pod\nmetadata: {name: &a x}\nspec: &a {containers: [${container}]}\n`],
    ['CRLF line ends', `${POD.replaceAll('\n', '\r\n')}---\r\n# end\r\n`],
    ['CRLF without a final line end', POD.replaceAll('\n', '\r\n').trimEnd()],
    ['an explicit end of the document', `${POD}...\n# after\n`],
    ['only comments beside', `# a\n---\n# b\n---\n${POD}`],
    [
      'comments between a dash and its item',
      `kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - # the - app\n    # - more\n    ${container}\n`,
    ],
    ['a block of text with a line end', `${POD}  x: |\n    y\n`],
    [
      'a block of text that keeps line ends',
      `kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: web\n    ports: [{containerPort: 1}]\n    command: [a]\n    args:\n    - |+\n      x\n\n\n`,
    ],
  ])('%s', (_what, text) => {
    for (const argv of [[], ['--native'], ['--page', 'p']]) expect(removed(injected(text, ...argv))).toBe(text);
  });

  test('numbers that JSON cannot hold stay digits', () => {
    const text = `${POD}x: 123456789012345678901234567890\ny: .nan\nz: -.inf\n`;
    expect(removed(injected(text))).toBe(text);
  });
});

describe('what is shared between two places is not edited', () => {
  const ports = 'ports: [{name: http, containerPort: 3000}]';
  test.each([
    [
      'containers by a merge key',
      `b: &b\n  containers: [{name: web, ${ports}}]\nkind: Pod\nmetadata: {name: a}\nspec:\n  <<: *b\n`,
      /Pod\/a inherits containers by a merge key \(<<\); write the key out first/,
    ],
    [
      'annotations by a merge key',
      `b: &b {annotations: {x: y}}\nkind: Pod\nmetadata: {name: a, <<: *b}\nspec: {containers: [{name: web, ${ports}}]}\n`,
      /inherits annotations by a merge key/,
    ],
    [
      'a port name that an alias repeats',
      `kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: web, ports: [{name: &n http, containerPort: 1}]}]}\nx: *n\n`,
      /the port name http is repeated elsewhere by an alias \(\*n\)/,
    ],
    [
      'a container by an alias',
      `x: &c {name: web, ${ports}}\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [*c]}\n`,
      /is an alias \(\*c\); replace the alias with its value first/,
    ],
    [
      'a list with an anchor that a merge key uses',
      `kind: Pod\nmetadata: {name: a}\nspec: &s {containers: [{name: web, ${ports}}]}\nx: {<<: *s}\n`,
      /is repeated elsewhere by an alias \(\*s\)/,
    ],
  ])('%s', (_what, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe('a text without a final line end', () => {
  test.each([
    [
      'a block list',
      `kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: web\n    ports:\n    - containerPort: 3000`,
    ],
    ['a comment', `${POD}# end`],
    ['spaces', `${POD}   `],
    [
      'JSON',
      JSON.stringify({
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'w', ports: [{ containerPort: 1 }] }] },
      }),
    ],
    [
      'metadata at the end',
      'spec:\n  containers:\n  - name: w\n    ports: [{containerPort: 1}]\nkind: Pod\nmetadata:\n  name: a',
    ],
    [
      'an empty volumes key',
      'kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: w\n    ports: [{containerPort: 1}]\n  volumes:',
    ],
  ])('comes back without one: %s', (_what, text) => {
    for (const argv of [[], ['--page', 'p'], ['--native', '--page', 'p'], ['--admin-port', 'off']]) {
      expect(removed(injected(text, ...argv))).toBe(text);
      expect(removed(injected(text.replaceAll('\n', '\r\n'), ...argv))).toBe(text.replaceAll('\n', '\r\n'));
    }
  });

  test('is refused when its last line is in a block of text, whose value a line end would change', () => {
    const text =
      'kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - ports: [{containerPort: 1}]\n    name: w\n    args:\n    - |\n      x';
    expect(refusal(text)).toMatch(/last line of the input is in a block of text and has no line end; add a line end/);
    expect(removed(injected(`${text}\n`))).toBe(`${text}\n`);
  });

  test('can be undone when only the final line end of the output was lost', () => {
    const text =
      'kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - ports: [{containerPort: 1}]\n    name: w\n    args:\n    - |\n      x\n';
    expect(removed(injected(text).trimEnd())).toBe(text);
  });
});
