import { describe, expect, test } from '@jest/globals';
import { entries, listOf, textOf, valueAt } from '../../src/inject/tree';
import { containerOf, injected, objects, podSpecOf, refusal, removed, run, variableOf } from '../support/run-inject';

const POD = 'kind: Pod\nmetadata: {name: shop, labels: {app: shop}}\nspec:\n  containers:\n';
const WEB = '  - name: web\n    ports:\n    - {name: http, containerPort: 8080}\n';
const SERVICE = (ports: string, name = 'shop'): string =>
  `---\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  selector: {app: shop}\n  ports:\n${ports}`;

const decoratorOf = (text: string) => containerOf(objects(text)[0], 'decorator');
const portsOf = (text: string) =>
  listOf(decoratorOf(text), 'ports').map((port) => [valueAt(port, 'name'), valueAt(port, 'containerPort')]);

describe('the sidecar', () => {
  test('takes the place of the port that was there: its name, in front of its number', () => {
    const text = injected(POD + WEB);
    expect(portsOf(text)).toEqual([
      ['http', 8087],
      ['decorator-admin', 9901],
    ]);
    expect(variableOf(decoratorOf(text), 'PORT')).toBe('8087');
    expect(variableOf(decoratorOf(text), 'TARGET_PORT')).toBe('8080');
  });

  test('listens on 8080 where that is free', () => {
    expect(portsOf(injected(POD + WEB.replace('8080', '3000')))[0]).toEqual(['http', 8080]);
  });

  test('is the last container, so that the service stays the one that logs and rsh choose', () => {
    const names = listOf(podSpecOf(objects(injected(POD + WEB))[0]), 'containers').map((item) => textOf(item, 'name'));
    expect(names).toEqual(['web', 'decorator']);
  });

  test('mounts the page ConfigMap as a directory, which is what sees changes', () => {
    const text = injected(POD + WEB, '--page', 'pages/gone.html');
    expect(variableOf(decoratorOf(text), 'NOT_FOUND_PAGE')).toBe('/etc/ambassador/pages/gone.html');
    expect(entries(decoratorOf(text), 'volumeMounts', 0).map(([key]) => key)).not.toContain('subPath');
    expect(valueAt(podSpecOf(objects(text)[0]), 'volumes', 0, 'configMap', 'name')).toBe('pages');
  });

  test('is a native sidecar on demand, and always in what ends by itself', () => {
    const spec = 'spec: {template: {spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}}}\n';
    for (const text of [injected(POD + WEB, '--native'), injected(`kind: Job\nmetadata: {name: shop}\n${spec}`)]) {
      expect(valueAt(podSpecOf(objects(text)[0]), 'initContainers', 0, 'restartPolicy')).toBe('Always');
      expect(variableOf(decoratorOf(text), 'DRAIN_DELAY')).toBeUndefined();
    }
  });

  test('without an admin port has no probes', () => {
    const keys = entries(decoratorOf(injected(POD + WEB, '--admin-port', 'off'))).map(([key]) => key);
    expect(keys.filter((key) => key.endsWith('Probe'))).toEqual([]);
    expect(variableOf(decoratorOf(injected(POD + WEB, '--admin-port', 'off')), 'ADMIN_PORT')).toBe('off');
  });

  test('no probe of it asks the service', () => {
    const probes = entries(decoratorOf(injected(POD + WEB))).filter(([key]) => key.endsWith('Probe'));
    expect(probes.map(([, probe]) => valueAt(probe, 'httpGet', 'port'))).toEqual([9901, 9901, 9901]);
  });
});

describe('the port of the service', () => {
  const two = `${POD}  - name: web\n    ports:\n    - containerPort: 3000\n    - containerPort: 4000\n`;
  const target = (text: string) => variableOf(decoratorOf(text), 'TARGET_PORT');

  test.each([
    ['the one it is told', two, ['--target-port', '4000'], '4000'],
    ['one that no container declares, if it is told', two, ['--target-port', '5000'], '5000'],
    ['the only one', POD + WEB, [], '8080'],
    ['the one that a Service leads to', two + SERVICE('  - {port: 80, targetPort: 4000}\n'), [], '4000'],
    ['the one that a Service leads to without saying so', two + SERVICE('  - {port: 4000}\n'), [], '4000'],
    ['the one named http', two.replace('- containerPort: 4000', '- {name: http, containerPort: 4000}'), [], '4000'],
    ['that of the container it is told', `${two}${WEB.replace('web', 'other')}`, ['--container', 'other'], '8080'],
    ['no UDP port', `${POD + WEB}    - {containerPort: 53, protocol: UDP}\n`, [], '8080'],
  ])('is %s', (_which, text, argv, expected) => {
    expect(target(injected(text, ...argv))).toBe(expected);
  });

  test('the probes of the service follow its renamed port', () => {
    const text = injected(`${POD + WEB}    livenessProbe: {httpGet: {path: /, port: http}}\n`);
    expect(text).toContain(
      '- {name: target, containerPort: 8080}\n    livenessProbe: {httpGet: {path: /, port: target}}\n',
    );
  });
});

describe('what leads to the service', () => {
  const targetPort = (text: string, index = 1) => valueAt(objects(text)[index], 'spec', 'ports', 0, 'targetPort');

  test('a Service that says a number gets the name, which pods of before the rollout have too', () => {
    const text = POD + WEB + SERVICE('  - {port: 80, targetPort: 8080} # web\n');
    expect(targetPort(injected(text))).toBe('http');
    expect(removed(injected(text))).toBe(text);
  });

  test('a Service that says the name needs no edit', () => {
    const text = SERVICE('  - {port: 80, targetPort: http}\n');
    expect(injected(POD + WEB + text)).toContain(text);
  });

  test('in front of a native sidecar a Service gets the number', () => {
    expect(targetPort(injected(POD + WEB + SERVICE('  - {port: 80, targetPort: http}\n'), '--native'))).toBe(8087);
  });

  test('Services of other ports, pods and namespaces are left alone', () => {
    const other = SERVICE('  - {port: 9000}\n', 'a') + SERVICE('  - {port: 8080, protocol: UDP}\n', 'b');
    const elsewhere = SERVICE('  - {port: 8080}\n', 'c').replace('app: shop', 'app: other');
    expect(injected(POD + WEB + other + elsewhere, '--target-port', '8080')).toContain(other + elsewhere);
    const namespaced = SERVICE('  - {port: 8080}\n', 'd, namespace: other');
    expect(injected(POD.replace('name: shop', 'name: shop, namespace: here') + WEB + namespaced)).toContain(namespaced);
  });

  test('a Route that says the number of the pod follows it, one that says a name does not', () => {
    const route = (port: string): string =>
      `---\nkind: Route\nmetadata: {name: r}\nspec: {to: {name: shop}, port: {targetPort: ${port}}}\n`;
    const text = POD + WEB + SERVICE('  - {name: web, port: 8080}\n');
    expect(valueAt(objects(injected(text + route('8080')))[2], 'spec', 'port', 'targetPort')).toBe(8087);
    expect(injected(text + route('web'))).toContain(route('web'));
  });

  test('a Service that is not in the stream is named on standard error', () => {
    expect(run([], POD + WEB).stderr).toContain(
      'its Service is not in the input; make sure that its targetPort is http',
    );
  });
});

describe('what is passed on', () => {
  test('comments, quotes and order stay, as in a diff of added lines', () => {
    const text = `# shop\n${POD}  # the app\n${WEB.replace('{name: http, ', '{')}    # resources: {}\n  restartPolicy: "Always" # why not\n`;
    const lines = injected(text).split('\n');
    expect(text.split('\n').filter((line) => !lines.includes(line) && !line.startsWith('metadata'))).toEqual([]);
  });

  test('objects of an OpenShift Template are found', () => {
    const text = `kind: Template\nmetadata: {name: t}\nobjects:\n- kind: Pod\n  metadata: {name: shop}\n  spec: {containers: [{name: web, ports: [{containerPort: 3000}]}]}\n`;
    expect(injected(text)).toContain('"name":"decorator"');
    expect(removed(injected(text))).toBe(text);
  });

  test('--remove passes on what was never injected', () => {
    const text = `${POD + WEB}---\n# nothing\n`;
    expect(removed(text)).toBe(text);
  });

  test('--help says what there is', () => {
    expect(run(['--help'], '')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--target-port N'),
    });
  });
});

describe('what cannot be done is a clear error, with nothing on standard output', () => {
  test.each([
    ['no workload', 'kind: ConfigMap\nmetadata: {name: a}\n', [], /contains no workload, only ConfigMap\/a/],
    ['nothing at all', '', [], /contains no workload/],
    ['text that is not YAML', 'a: [1\n', [], /document 1 is not YAML: .+ line 2/],
    ['no port', `${POD}  - name: web\n`, [], /Pod\/shop: no container declares .+ add --target-port/],
    [
      'several ports',
      `${POD + WEB.replace('name: http, ', '')}    - containerPort: 8443\n`,
      [],
      /web:8080, web:8443; add --target-port/,
    ],
    ['a port that is none', POD + WEB.replace('8080', 'web'), [], /containerPort "web" is not a port number/],
    ['a container of that name', POD + WEB, ['--name', 'web'], /has a container web that inject did not add/],
    ['a port that is taken', POD + WEB, ['--port', '8080'], /uses port 8080; choose another --port/],
    ['an admin port that is taken', POD + WEB, ['--admin-port', '8080'], /uses port 8080; choose another --admin-port/],
    ['no containers', 'kind: Pod\nmetadata: {name: a}\nspec: {}\n', [], /Pod\/a has no containers/],
    ['no metadata', `kind: Pod\nspec:\n  containers:\n${WEB}`, [], /metadata is not a mapping/],
    [
      'a pod template shared by an alias',
      `kind: List\nitems:\n- &a\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: w, ports: [{containerPort: 1}]}]}\n- *a\n`,
      [],
      /alias \(\*a\); replace the alias with its value first/,
    ],
    [
      'a spec by an alias',
      `x: &s {containers: [{name: w, ports: [{containerPort: 1}]}]}\nkind: Pod\nmetadata: {name: a}\nspec: *s\n`,
      [],
      /is an alias \(\*s\)/,
    ],
    [
      'a volume of that name',
      `${POD + WEB}  volumes: [{name: decorator-pages}]\n`,
      ['--page', 'p'],
      /has a volume decorator-pages already/,
    ],
    [
      'a Service in front of sidecars with different ports',
      `${POD + WEB}---\n${POD + WEB}  - name: other\n    ports: [{containerPort: 8087}]\n${SERVICE('  - {port: 8080}\n')}`,
      ['--native', '--target-port', '8080'],
      /Service\/shop points to workloads whose sidecars have different ports/,
    ],
  ])('%s', (_what, text, argv, message) => {
    expect(refusal(text, ...argv)).toMatch(message);
  });

  test('a record that was changed by hand', () => {
    const text = injected(POD + WEB).replace('\\"container\\":', 'container:');
    expect(refusal(text, '--remove')).toMatch(/annotation ambassador\/inject was edited/);
  });

  test('a sidecar that was taken away by hand', () => {
    const text = injected(POD + WEB).replace('name: decorator\n', 'name: renamed\n');
    expect(refusal(text, '--remove')).toMatch(/should have decorator in its containers but does not/);
  });

  test.each([
    [['--port', '0'], /--port 0: give a number from 1 to 65535/],
    [['--port', '80', '--target-port', '80'], /three different ports/],
    [['--native', '--plain'], /one of --native and --plain/],
    [['--remove', '--native'], /--remove takes no other options; remove --native/],
    [['--page', '/etc/x'], /--page \/etc\/x: give CONFIGMAP or CONFIGMAP\/KEY/],
    [['--name', 'Bad_Name'], /--name Bad_Name: use lower case letters/],
    [['--image', ''], /--image is empty/],
    [['--colour'], /--colour/],
    [['file.yaml'], /file\.yaml/],
  ])('wrong options: %j', (argv, message) => {
    expect(run(argv, POD + WEB)).toMatchObject({
      exitCode: 64,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});
