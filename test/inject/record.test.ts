import { describe, expect, test } from '@jest/globals';
import { isPortName, parsePort } from '../../src/inject/port';
import { textOf, valueAt } from '../../src/inject/tree';
import { injected, objects, refusal, removed, run } from '../support/run-inject';

const POD = (note: string): string =>
  `kind: Pod\nmetadata:\n  name: shop\n  annotations: {ambassador/inject: ${note}}\nspec:\n  containers:\n` +
  '  - {name: web, ports: [{name: target, containerPort: 8080}]}\n  - {name: decorator}\n';
const SERVICE = (note: string): string =>
  `kind: Service\nmetadata:\n  name: shop\n  annotations: {ambassador/inject: ${note}}\nspec:\n  ports: [{port: 80, targetPort: http}]\n`;
const ROUTE = (note: string): string =>
  `kind: Route\nmetadata:\n  name: shop\n  annotations: {ambassador/inject: ${note}}\nspec: {port: {targetPort: http}}\n`;

const quoted = (record: unknown): string => `'${JSON.stringify(record).replaceAll("'", "''")}'`;
const sidecar = { container: 'decorator', list: 'containers' };

describe('A record that inject did not write', () => {
  test.each<[string, (note: string) => string, unknown, RegExp]>([
    ['a list', POD, [], /it has a value that inject does not write/],
    ['null', SERVICE, null, /it has a value/],
    ['an unknown member', SERVICE, { targetPorts: {}, x: 1 }, /it has the unknown member x/],
    ['an unknown member further in', POD, { ...sidecar, made: { spec: '' } }, /unknown member spec/],
    ['no list', POD, { container: 'decorator' }, /list has a value/],
    ['a list of another name', POD, { ...sidecar, list: 'ephemeralContainers' }, /list has a value/],
    ['a container that is no label', POD, { ...sidecar, container: 'a b' }, /container is not a DNS label/],
    ['a volume that is no label', POD, { ...sidecar, volume: 'a\nb' }, /volume is not a DNS label/],
    ['the volume of another', POD, { ...sidecar, volume: 'data' }, /has a volume of another name/],
    [
      'a port name with a line end',
      POD,
      { ...sidecar, port: { name: 'a\nb', as: 'target' } },
      /port.name is not a port name/,
    ],
    [
      'a port name that is too long',
      POD,
      { ...sidecar, port: { name: 'a'.repeat(16), as: 'target' } },
      /not a port name/,
    ],
    ['a new port name of its own', POD, { ...sidecar, port: { name: 'http', as: 'x' } }, /port.as has a value/],
    [
      'a raw name that is YAML',
      POD,
      { ...sidecar, port: { name: 'http', as: 'target', raw: ['http\n---'] } },
      /port.raw.0 is not the text of a port/,
    ],
    [
      'another raw name',
      POD,
      { ...sidecar, port: { name: 'http', as: 'target', raw: ['"web"'] } },
      /port has two port names/,
    ],
    ['a null that is YAML', POD, { ...sidecar, made: { volumes: '~\nx: y' } }, /made.volumes has a value/],
    [
      'a target port that is YAML',
      SERVICE,
      { targetPorts: { 0: 'http\n---\nkind: Secret' } },
      /targetPorts.0 has a value/,
    ],
    ['a target port with a comment', SERVICE, { targetPorts: { 0: 'http # x' } }, /targetPorts.0 has a value/],
    ['a target port that is a number', SERVICE, { targetPorts: { 0: 80 } }, /targetPorts.0 has a value/],
    ['a target port out of range', SERVICE, { targetPorts: { 0: '65536' } }, /targetPorts.0 has a value/],
    ['a target port that is null', SERVICE, { targetPorts: { 0: 'null' } }, /targetPorts.0 has a value/],
    ['an index that is none', SERVICE, { targetPorts: { length: '80' } }, /targetPorts.length/],
    ['the record of a Route', SERVICE, { targetPorts: { route: '80' } }, /targetPorts.route/],
    ['the record of a Service', ROUTE, { targetPorts: { 0: '80' } }, /targetPorts.route|unknown member 0/],
    ['the record of a workload', SERVICE, sidecar, /targetPorts has a value|unknown member/],
  ])('is refused by --remove and by inject: %s', (_what, manifest, record, why) => {
    for (const argv of [['--remove'], []]) {
      const message = refusal(`kind: Secret\n---\n${manifest(quoted(record))}`, ...argv);
      expect(message).toMatch(why);
      expect(message).toMatch(/document 2, (Pod|Service|Route)\/shop: the annotation ambassador\/inject was edited/);
      expect(message).toMatch(/use the original manifest, or remove the annotation/);
    }
  });

  test.each([
    ['no JSON', "'{'", /Expected property name|JSON/],
    ['JSON with __proto__', `'{"targetPorts": {"__proto__": "80"}}'`, /it has the member __proto__/],
    ['very deep JSON', `'${'['.repeat(50_000)}${']'.repeat(50_000)}'`, /it has a value|call stack/],
    ['a mapping', '{targetPorts: {0: http}}', /it is not text/],
    ['null', 'null', /it is not text/],
    ['a number', '1', /it is not text/],
  ])('is refused when the annotation is %s', (_what, note, why) => {
    expect(refusal(SERVICE(note), '--remove')).toMatch(why);
  });

  test('is left alone on a kind that inject never changes: controllers copy annotations', () => {
    const text = SERVICE(quoted({ x: 1 })).replace('kind: Service', 'kind: ControllerRevision');
    expect(removed(text)).toBe(text);
  });

  test('that does not fit its manifest is refused', () => {
    expect(refusal(SERVICE(quoted({ targetPorts: { 7: '80' } })), '--remove')).toMatch(
      /spec\.ports\[7\] is not a mapping/,
    );
    expect(
      refusal(SERVICE(quoted({ targetPorts: { 0: '' } })).replace('targetPort: http', 'port: 80'), '--remove'),
    ).toMatch(/twice|targetPort is missing/);
    const route = `kind: Route\nmetadata: {name: a, annotations: {ambassador/inject: ${quoted({ targetPorts: { route: '' } })}}}
spec:
  port:
    targetPort: 8087
`;
    expect(refusal(route, '--remove')).toMatch(/Route\/a: spec\.port has no other fields left/);
    expect(refusal(POD(quoted({ ...sidecar, container: 'other' })), '--remove')).toMatch(
      /should have other in its containers but does not; undo inject by hand and remove ambassador\/inject/,
    );
  });
});

describe('A record', () => {
  test('of an earlier version is read, with the container that it names', () => {
    const record = { ...sidecar, port: { container: 'web', name: 'http', as: 'target' } };
    const [pod] = objects(removed(POD(quoted(record))));
    expect(valueAt(pod, 'spec', 'containers', 0, 'ports', 0, 'name')).toBe('http');
    expect(valueAt(pod, 'spec', 'containers', 1)).toBeUndefined();
  });

  test('of a port name that two containers have by now is refused', () => {
    const two = POD(quoted({ ...sidecar, port: { name: 'http', as: 'target' } })).replace(
      '{name: decorator}',
      '{name: decorator, ports: [{name: target, containerPort: 1}]}',
    );
    expect(refusal(two, '--remove')).toMatch(/two containers have the port name target; rename the one/);
  });

  test('contains the texts of ports, and nothing else of the input', () => {
    const text =
      `kind: Deployment\nmetadata: {name: Zq9}\nspec: {template: {metadata: {labels: {Zq9: Zq9}}, spec: {containers: ` +
      `[{name: Zq9, image: Zq9, ports: [{name: 'http', containerPort: 8080}]}]}}}\n`;
    const note = textOf(objects(injected(text))[0], 'metadata', 'annotations', 'ambassador/inject');
    expect(JSON.parse(note ?? '')).toEqual({
      container: 'decorator',
      list: 'containers',
      port: { name: 'http', as: 'target', raw: ["'http'"] },
      made: { annotations: '' },
    });
  });
});

describe('The text of a port', () => {
  test.each([
    ['80', 80, ''],
    ['65535', 65_535, ''],
    ['http', 'http', ''],
    ['"http"', 'http', '"'],
    ["'8080-tcp'", '8080-tcp', "'"],
    ['8080-tcp', '8080-tcp', ''],
    ['on', 'on', ''],
    ['"1e5"', '1e5', '"'],
    ['"null"', 'null', '"'],
  ])('%s is read', (text, value, quotes) => {
    expect(parsePort(text)).toEqual({ value, quotes });
  });

  test.each([
    ...['', '0', '080', '65536', '-1', '+80', '8_080', '0x50', '80.0', ' 80', '80 ', '80\n'],
    ...[
      'null',
      'true',
      'false',
      '1e5',
      '0x1f',
      '0o17',
      'HTTP',
      'http\n',
      'http ',
      'a b',
      'a--b',
      '-a',
      'a-',
      '"http',
      '\'http"',
    ],
    ...[
      '"80"',
      'a'.repeat(16),
      'http # x',
      'http\n---\nkind: X',
      '*http',
      '&a http',
      '!!str http',
      '\u0430',
      'http\u2028',
      '${A}',
    ],
  ])('%j is not read', (text) => {
    expect(parsePort(text)).toBeUndefined();
  });

  test.each(['http', 'a', 'a-1', '1-a', 'x'.repeat(15), '8080-tcp'])('%s is a port name', (name) => {
    expect(isPortName(name)).toBe(true);
  });

  test('that would not come back byte for byte is refused', () => {
    const service = (target: string): string =>
      `kind: Pod\nmetadata: {name: a, labels: {a: b}}\nspec: {containers: [{name: w, ports: [{containerPort: 8080}]}]}\n` +
      `---\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b}, ports: [{port: 80, targetPort: ${target}}]}\n`;
    for (const target of ['0x1F90', '8080.0', '8.08e3', '!!int 8080', '!!int "8080"']) {
      expect(refusal(service(target))).toMatch(
        /Service\/s: targetPort .+; (?:write it as a plain number|remove the tag)/,
      );
    }
    for (const target of ['8080', '"8081"', "'x'"]) {
      expect(removed(injected(service(target)))).toBe(service(target));
    }
  });
});

describe('A port name of the service', () => {
  const pod = (name: string): string =>
    `kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: w, ports: [{name: ${name}, containerPort: 1}]}]}\n`;

  test.each([
    'HTTP',
    '"a b"',
    'http_1',
    'a--b',
    'averyveryverylongname',
    '"x\\n---\\nkind: Y"',
    "''",
    '"123"',
    '"${NAME}"',
  ])('%s is not valid in Kubernetes and is refused, unless the sidecar does not take it over', (name) => {
    expect(refusal(pod(name))).toMatch(/Pod\/a: the port name ".*" is not valid in Kubernetes; write at most 15/);
    expect(removed(injected(pod(name), '--native'))).toBe(pod(name));
  });

  test.each(['on', '"on"', '"1e5"', '"0x1f"', '"null"', '8080-tcp', "'y'", '"nan"'])(
    '%s is given to the sidecar as text, and back as it was written',
    (name) => {
      const text = injected(pod(name));
      expect(typeof valueAt(objects(text)[0], 'spec', 'containers', 1, 'ports', 0, 'name')).toBe('string');
      expect(removed(text)).toBe(pod(name));
    },
  );
});

test('A target port of a Service that is no port number is refused', () => {
  for (const target of ['0', '65536', '-1', '1.5', '.nan']) {
    const text =
      `kind: Pod\nmetadata: {name: a, labels: {a: b}}\nspec: {containers: [{name: w}]}\n---\n` +
      `kind: Service\nmetadata: {name: s}\nspec: {selector: {a: b}, ports: [{port: 80, targetPort: ${target}}]}\n`;
    expect(refusal(text)).toMatch(/Service\/s: spec\.ports\[0\] points to .+; write a number from 1 to 65535/);
  }
});

test('An image that is not printable ASCII is refused', () => {
  expect(run(['--image', 'shop:\u2028x'], '')).toMatchObject({ exitCode: 64, stdout: '' });
});
