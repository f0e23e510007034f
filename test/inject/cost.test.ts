import { cpuUsage } from 'node:process';
import { expect, test } from '@jest/globals';
import { readDocuments } from '../../src/inject/documents';
import { readSource } from '../../src/inject/source';
import { run } from '../support/run-inject';

/** A List of Deployments and Services, as `kubectl get deployment,service -o yaml` prints it. */
const list = (pairs: number, label = (index: number) => `shop${index}`): string =>
  `apiVersion: v1\nkind: List\nitems:\n${Array.from({ length: pairs }, (_, index) => pair(`shop${index}`, label(index))).join('')}`;

const pair = (name: string, label: string): string => `- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: ${name}
  spec:
    template:
      metadata:
        labels:
          app: ${label}
          team: shop
      spec:
        containers:
        - name: shop
          image: shop:1
          ports:
          - name: http
            containerPort: 3000
- apiVersion: v1
  kind: Service
  metadata:
    name: ${name}
  spec:
    selector:
      app: ${label}
      team: shop
    ports:
    - port: 80
      targetPort: 3000
`;

/** Everything that the text stands for, as JSON on one line. */
const onOneLine = (pairs: number): string =>
  JSON.stringify({
    kind: 'List',
    items: Array.from({ length: pairs }, (_, index) => [
      {
        kind: 'Pod',
        metadata: { name: `shop${index}`, labels: { app: `shop${index}` } },
        spec: { containers: [{ name: 'shop', ports: [{ name: 'http', containerPort: 3000 }] }] },
      },
      {
        kind: 'Service',
        metadata: { name: `shop${index}` },
        spec: { selector: { app: `shop${index}` }, ports: [{ port: 80, targetPort: 3000 }] },
      },
    ]).flat(),
  });

const aliases = (count: number): string =>
  `${list(1)}  x: &x {a: 1}\n  y: [${Array(count * 20)
    .fill('*x')
    .join(', ')}]\n`;
const keys = (count: number): string =>
  `${list(1)}---\n${Array.from({ length: count * 20 }, (_, index) => `key${index}: x\n`).join('')}`;
const records = (count: number): string => run([], list(count)).stdout;

/** Processor time of one run, ms. It does not depend on what else the machine does, as wall-clock time would. */
function costOf(argv: readonly string[], text: string): number {
  const before = cpuUsage();
  expect(run(argv, text).exitCode).toBe(0);
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

test.each([
  ['a List of Deployments with Services', list, []],
  ['JSON on one line', onOneLine, []],
  ['many aliases', aliases, []],
  ['a mapping with many keys', keys, []],
  ['--remove', records, ['--remove']],
  ['injecting again', records, []],
])(
  'The cost grows with the size of the text, not with its square: %s',
  (_what, make, argv) => {
    const [small, large] = [make(50), make(400)];
    costOf(argv, small);
    // Eight times the text; a cost that grew with the square would be 64 times as high.
    expect(costOf(argv, large) / costOf(argv, small)).toBeLessThan(24);
  },
  120_000,
);

test('A merge key can have more mappings than a call can have arguments', () => {
  const text = `a: &a {x: 1}\nb: {<<: [${Array(150_000).fill('*a').join(', ')}]}\n`;
  expect(readDocuments(readSource(text))).toMatchObject([{ value: { a: { x: 1 }, b: { x: 1 } } }]);
});
