import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const MAIN = join(__dirname, '../../dist/main.js');

/** Runs the real process on bytes; its output as bytes too. */
function inject(argv: readonly string[], input: Buffer | string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'inject', ...argv], { input });
  return { status, stdout, stderr: stderr.toString() };
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop
          image: shop
          ports:
            - name: http
              containerPort: 3000
`;

const OTHER = 'http\\n---\\nkind: ClusterRoleBinding\\nmetadata: {name: x}\\n---\\n# ';

/** A Service whose record would put another document where its port stands. */
const SERVICE = `---
apiVersion: v1
kind: Service
metadata:
  name: shop
  annotations:
    ambassador/inject: '{"targetPorts":{"0":"${OTHER}"}}'
spec:
  selector: {app: shop}
  ports:
    - port: 80
      targetPort: http
`;

describe('The process `ambassador inject`', () => {
  test.each([[[]], [['--remove']]])('prints nothing of a record that is a document in disguise: %j', (argv) => {
    const { status, stdout, stderr } = inject(argv, DEPLOYMENT + SERVICE);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 65, stdout: '' });
    expect(stderr).toMatch(
      /^ambassador inject: document 2, Service\/shop: the annotation ambassador\/inject was edited/,
    );
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([...Buffer.from(DEPLOYMENT), 0x23, 0xff, 0x0a])],
    ['deep nesting', `${DEPLOYMENT}x: ${'['.repeat(100_000)}`],
    ['deep nesting on one line', '- '.repeat(100_000)],
    ['a key that is written twice', `${DEPLOYMENT}kind: Pod\n`],
    ['a kind that is a member of Object.prototype', DEPLOYMENT.replace('Deployment', 'constructor')],
  ])('answers %s with one line of advice, and no stack trace', (_what, input) => {
    const { status, stdout, stderr } = inject([], input);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 65, stdout: '' });
    expect(stderr).toMatch(/^ambassador inject: [^\n]+\n$/);
    expect(stderr).not.toMatch(/at \S+ \(|node:internal/);
  });

  test('gives every byte back', () => {
    const input = Buffer.from(`\uFEFF${DEPLOYMENT}# \u00e9 \u{1F600} \uFFFD`.replaceAll('\n', '\r\n'));
    const { status, stdout } = inject(['--page', 'page'], input);
    expect(status).toBe(0);
    expect(stdout.includes('name: decorator')).toBe(true);
    expect(inject(['--remove'], stdout).stdout).toEqual(input);
  });
});
