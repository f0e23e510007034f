import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textOf, type Tree, valueAt } from '../../src/inject/tree';
import { type InjectResult } from '../../src/inject/main';
import { asYaml, type Json, type Style, style } from '../support/manifests';
import { objects, run } from '../support/run-inject';

/** A mark in every hostile string. It has upper-case letters, so that no text of a port, label or number can contain it. */
const MARK = 'Zq9';

const OTHER_DOCUMENT = `http\n---\napiVersion: v1\nkind: ClusterRoleBinding\nmetadata: {name: ${MARK}}\n---\n# `;

const hostile = fc
  .oneof(
    fc.constantFrom(
      OTHER_DOCUMENT,
      `", "x": "`,
      `'\nkind: Secret\nx: '`,
      '*alias',
      '&anchor',
      '!tag',
      '# comment',
      '{{ .Values.x }}',
      '${NAME}',
      '<<',
      '__proto__',
      'constructor',
      'hasOwnProperty',
      '"',
      "'",
      '\\',
      ': ',
      '- ',
      '? ',
      '|\n  x',
      '\t',
      '\u0085',
      '\u2028',
      '\uFEFF',
      '\u0000',
      '\u001b[2J',
      '~',
      'x'.repeat(3000),
    ),
    fc.string({ maxLength: 12 }),
  )
  .chain((text) => fc.constantFrom(`${text}${MARK}`, `${MARK}${text}`, text));

/** A field that is mostly as it should be, so that inject reads on to the fields after it. */
const field = <T>(...usual: readonly T[]): fc.Arbitrary<T | string> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: hostile });

const record = fc
  .record(
    {
      // Not `web`: by such a record --remove deletes the container of that name, as it should.
      container: field('decorator'),
      list: field('containers', 'initContainers'),
      volume: field('decorator-pages'),
      port: fc.record(
        { container: field('web'), name: field('http'), as: field('target'), raw: fc.array(field('http', '"http"')) },
        { requiredKeys: ['name', 'as'] },
      ),
      targetPorts: fc.dictionary(fc.oneof(fc.constantFrom('0', 'route'), hostile), field('8080', '"http"', ''), {
        maxKeys: 2,
      }),
      made: fc.dictionary(fc.oneof(fc.constantFrom('annotations', 'containers'), hostile), field('', 'null', '~'), {
        maxKeys: 2,
      }),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

const annotations = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ 'ambassador/inject': fc.oneof(record, hostile) }) },
  { weight: 1, arbitrary: fc.dictionary(hostile, hostile, { maxKeys: 2 }) },
);

const workload = fc
  .record({
    kind: field('Deployment', 'StatefulSet', 'Job'),
    name: field('shop'),
    annotations,
    label: fc.tuple(field('app'), field('shop')),
    container: field('web'),
    image: field('shop:1'),
    port: field('http', 'web', 'on', '1e5', '8080-tcp'),
    number: field<string | number>(8080, 3000),
    protocol: field('TCP'),
    env: fc.tuple(field('PORT'), field('80')),
    probe: field('http', 'web', 'on', '1e5', '8080-tcp'),
    other: field('sidecar'),
    volume: field('data'),
  })
  .map((part): Json => {
    const [variable, value] = part.env;
    const labels = { [part.label[0]]: part.label[1] };
    const web = {
      name: part.container,
      image: part.image,
      ports: [{ name: part.port, containerPort: part.number, protocol: part.protocol }],
      env: [{ name: variable, value }],
      livenessProbe: { httpGet: { path: '/', port: part.probe } },
    };
    const spec = { containers: [web, { name: part.other, image: part.image }], volumes: [{ name: part.volume }] };
    const metadata = { name: part.name, labels, ...(part.annotations && { annotations: part.annotations }) };
    return { apiVersion: 'v1', kind: part.kind, metadata, spec: { template: { metadata: { labels }, spec } } };
  });

const service = fc
  .record({
    name: field('shop'),
    annotations,
    selector: fc.tuple(field('app'), field('shop')),
    target: field<string | number>(8080, 'http', 'web', 'on', '1e5', '8080-tcp'),
  })
  .map(({ name, annotations: notes, selector, target }): Json => {
    const [key, value] = selector;
    const metadata = { name, ...(notes && { annotations: notes }) };
    return {
      kind: 'Service',
      metadata,
      spec: { selector: { [key]: value }, ports: [{ port: 80, targetPort: target }] },
    };
  });

const route = fc
  .record({ name: field('shop'), to: field('shop'), target: field<string | number>(8080, 'http') })
  .map(({ name, to, target }): Json => ({
    kind: 'Route',
    metadata: { name },
    spec: { to: { name: to }, port: { targetPort: target } },
  }));

const bystander = hostile.map((text): Json => ({
  kind: 'ConfigMap',
  metadata: { name: 'page' },
  data: { page: text },
}));

const write = (all: readonly Json[], how: Style, form: 'documents' | 'list' | 'json'): string => {
  const list = { kind: 'List', items: all };
  if (form === 'json') return JSON.stringify(list, null, how.indent);
  return form === 'list' ? asYaml(list, how) : all.map((one) => asYaml(one, how)).join('---\n');
};

const text = fc
  .record({ workload, service, route, bystander, style, form: fc.constantFrom('documents', 'list', 'json') })
  .map(({ style: how, form, ...all }) => write([all.bystander, all.workload, all.service, all.route], how, form));

/** A stream with a record of each kind, every member of which inject has set. */
const RECORDED = objects(
  run(
    ['--page', 'page'],
    `kind: Deployment
metadata: {name: shop}
spec: {template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: web, ports: [{name: 'http', containerPort: 8080}]}], volumes: null}}}
---
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 8080}, {port: 80, targetPort: 8080}]}
---
kind: Route
metadata: {name: shop}
spec: {to: {name: shop}, port: {targetPort: 8080}}
`,
  ).stdout,
);

type Leaf = readonly [object: Json, key: string];

/** Every string in a record, and where it is. */
const leavesOf = (value: Json): readonly Leaf[] =>
  Object.entries(value).flatMap(([key, inner]): readonly Leaf[] =>
    typeof inner === 'object' && inner !== null ? leavesOf(inner as Json) : [[value, key]],
  );

/** A stream that inject has made, in which one string of a record is another one by now. */
const forged = fc
  .record({
    pick: fc.nat(),
    text: hostile,
    style,
    form: fc.constantFrom('documents' as const, 'list' as const, 'json' as const),
  })
  .map(({ pick, text: other, style: how, form }) => {
    const notes = RECORDED.map((object) => textOf(object, 'metadata', 'annotations', 'ambassador/inject') ?? '{}');
    const records = notes.map((note) => JSON.parse(note) as Json);
    const leaves = records.flatMap((value) => leavesOf(value));
    const [object, key] = leaves[pick % leaves.length] ?? [{}, ''];
    object[key] = other;
    const all = RECORDED.map((value, index): Json => {
      const metadata = valueAt(value, 'metadata') as Json;
      return {
        ...(value as Json),
        metadata: { ...metadata, annotations: { 'ambassador/inject': JSON.stringify(records[index]) } },
      };
    });
    return write(all, how, form);
  });

/** The places that inject is meant to change. */
const INTENDED = [
  /^\/metadata\/annotations(\/ambassador~inject)?$/,
  /^\/spec\/template\/spec\/(containers|initContainers|volumes)(\/\d+)?$/,
  /^\/spec\/template\/spec\/containers\/\d+\/ports\/\d+\/name$/,
  /^\/spec\/template\/spec\/containers\/\d+\/livenessProbe\/httpGet\/port$/,
  /^\/spec\/ports\/\d+\/targetPort$/,
  /^\/spec\/port\/targetPort$/,
];

const isMapping = (value: Tree): value is object & Tree => typeof value === 'object' && value !== null;

/** Every place at which two values differ. Written without the comparison that the product makes. */
function differences(before: Tree, after: Tree, at = ''): readonly string[] {
  if (!isMapping(before) || !isMapping(after)) return Object.is(before, after) ? [] : [at];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const [one, other] = [before, after].map((side) => Object.getOwnPropertyDescriptor(side, key)?.value as Tree);
    return differences(one, other, `${at}/${key.replaceAll('/', '~')}`);
  });
}

const count = (all: string, part: RegExp): number => [...all.matchAll(part)].length;

/** What is wrong with a result; a refusal has to print nothing. */
function faultsOf(input: string, { exitCode, stdout }: InjectResult): readonly string[] {
  if (exitCode !== 0) return exitCode === 65 && stdout === '' ? [] : [`exit code ${exitCode} with ${stdout}`];
  const [before, after] = [objects(input), objects(stdout)];
  if (after.length !== before.length) return [`${after.length} objects instead of ${before.length}`];
  // What inject adds is printable ASCII and contains no string of the input but names of ports.
  const raw = [new RegExp(MARK, 'g'), /[^ -~\n]/gu].filter((part) => count(stdout, part) > count(input, part));
  const paths = before.flatMap((object, index) => differences(object, after[index]));
  return [...raw.map(String), ...paths.filter((path) => !INTENDED.some((pattern) => pattern.test(path)))];
}

describe('hostile strings in the fields that inject reads', () => {
  test.each([[[]], [['--native', '--page', 'page']], [['--remove']]])(
    'add or change nothing but what inject means to change, with the options %j',
    (argv) => {
      let done = 0;
      fc.assert(
        fc.property(text, (input) => {
          const result = run(argv, input);
          if (result.exitCode === 0) done += 1;
          expect(faultsOf(input, result)).toEqual([]);
          expect(result.stderr).toMatch(/^(?:[ -~]{1,2100}\n)+$/);
        }),
        { numRuns: 200 },
      );
      expect(done).toBeGreaterThan(40);
    },
  );

  test('cannot leave a record by way of inject or --remove', () => {
    fc.assert(
      fc.property(forged, (input) => {
        for (const argv of [['--page', 'page'], ['--remove']]) expect(faultsOf(input, run(argv, input))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('are given back byte for byte by --remove', () => {
    fc.assert(
      fc.property(text, (input) => {
        const { exitCode, stdout } = run([], input);
        fc.pre(exitCode === 0 && !input.includes('ambassador/inject'));
        expect(run(['--remove'], stdout).stdout).toBe(input);
      }),
      { numRuns: 100 },
    );
  });
});
