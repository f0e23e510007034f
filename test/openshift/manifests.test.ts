import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { entries, listOf, textOf, type Tree, valueAt } from '../../src/inject/tree';
import { objects, podSpecOf, run } from '../support/run-inject';
import { faultsOf } from './schema';

const FOLDER = join(__dirname, '../../openshift');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const kustomized = (folder: string): string =>
  spawnSync('kubectl', ['kustomize', join(FOLDER, folder)], { encoding: 'utf8' }).stdout;

/** Every text that users apply: the files, and what kustomize makes of them where kubectl is installed. */
const SOURCES: readonly (readonly [string, () => string])[] = [
  ...files.map((name) => [name, () => read(name)] as const),
  ...(kubectl
    ? ['.', 'kustomize/example'].map((folder) => [`kustomize ${folder}`, () => kustomized(folder)] as const)
    : []),
];

const containersOf = (object: Tree): readonly Tree[] =>
  ['initContainers', 'containers'].flatMap((list) => listOf(podSpecOf(object), list));

describe.each(SOURCES)('%s', (_name, text) => {
  const all = objects(text());

  test('is correct by the OpenAPI document, with no field that it does not know', () => {
    expect(all.length).toBeGreaterThan(0);
    for (const object of all) expect([textOf(object, 'kind'), faultsOf(object)]).toEqual([textOf(object, 'kind'), []]);
  });

  test('every container of ours keeps the restricted policy', () => {
    for (const container of all.flatMap(containersOf)) {
      if (textOf(container, 'image')?.startsWith('shop:') === true) continue;
      expect(valueAt(container, 'securityContext')).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(valueAt(container, 'securityContext', 'runAsUser')).toBeUndefined();
    }
  });

  test('every port that a probe names is a port of its container', () => {
    for (const container of all.flatMap(containersOf)) {
      const names = listOf(container, 'ports').map((port) => textOf(port, 'name'));
      const probed = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) =>
        valueAt(container, probe, 'httpGet', 'port'),
      );
      for (const port of probed.filter((value) => typeof value === 'string')) expect(names).toContain(port);
    }
  });

  test('memory is limited and the processor is not', () => {
    for (const container of all.flatMap(containersOf).filter((item) => textOf(item, 'name') === 'decorator')) {
      expect(valueAt(container, 'resources')).toEqual({
        requests: { cpu: '10m', memory: '48Mi' },
        limits: { memory: '96Mi' },
      });
    }
  });
});

const templateLabels = (workload: Tree): unknown => valueAt(workload, 'spec', 'template', 'metadata', 'labels');

describe('the files together', () => {
  const all = files.flatMap((name) => objects(read(name)));
  const pods = all.filter((object) => containersOf(object).length > 0);

  test('the Service and the PodMonitor name ports that every pod has', () => {
    const named = all.flatMap((object) => [
      ...listOf(object, 'spec', 'podMetricsEndpoints').map((endpoint) => textOf(endpoint, 'port')),
      ...(textOf(object, 'kind') === 'Service'
        ? listOf(object, 'spec', 'ports').map((port) => textOf(port, 'targetPort'))
        : []),
    ]);
    expect(named).toEqual(['decorator-admin', 'http']);
    for (const pod of pods) {
      const ports = containersOf(pod).flatMap((container) =>
        listOf(container, 'ports').map((port) => textOf(port, 'name')),
      );
      expect(ports).toEqual(expect.arrayContaining(named));
    }
  });

  test('the BuildConfig builds on the base of the Dockerfile, which has an exact version', () => {
    const dockerfile = readFileSync(join(FOLDER, '../Dockerfile'), 'utf8');
    const [, base] = /^ARG BASE=(.*)$/m.exec(dockerfile) ?? [];
    expect(base).toMatch(/:[\d.]+-\d+$/);
    const builds = all.filter((object) => textOf(object, 'kind') === 'BuildConfig');
    const given = builds.flatMap((build) => listOf(build, 'spec', 'strategy', 'dockerStrategy', 'buildArgs'));
    expect(given.map((each) => [textOf(each, 'name'), textOf(each, 'value')])).toEqual([['BASE', base]]);
  });

  test('the NetworkPolicy selects every pod and allows its ports, the admin port to monitoring alone', () => {
    const [policy] = all.filter((object) => textOf(object, 'kind') === 'NetworkPolicy');
    const rules = listOf(policy, 'spec', 'ingress').map((rule) => ({
      ports: listOf(rule, 'ports').map((port) => valueAt(port, 'port')),
      from: JSON.stringify(listOf(rule, 'from').map((peer) => valueAt(peer))),
    }));
    expect(rules).toEqual([
      { ports: [8080], from: expect.stringContaining('policy-group.network.openshift.io/ingress') },
      { ports: [9901], from: expect.not.stringContaining('podSelector') },
    ]);
    const selector = valueAt(policy, 'spec', 'podSelector', 'matchLabels');
    for (const pod of pods) {
      const labels = textOf(pod, 'kind') === 'Pod' ? valueAt(pod, 'metadata', 'labels') : templateLabels(pod);
      expect(labels).toMatchObject(selector as object);
      const ports = containersOf(pod).flatMap((container) =>
        listOf(container, 'ports').map((port) => valueAt(port, 'containerPort')),
      );
      expect(ports.toSorted()).toEqual([8080, 9901]);
    }
  });

  test('every ConfigMap that a pod mounts is there', () => {
    const maps = all
      .filter((object) => textOf(object, 'kind') === 'ConfigMap')
      .map((object) => textOf(object, 'metadata', 'name'));
    const mounted = pods.flatMap((pod) =>
      listOf(podSpecOf(pod), 'volumes').map((volume) => textOf(volume, 'configMap', 'name')),
    );
    expect(maps).toEqual(expect.arrayContaining([...new Set(mounted)]));
  });
});

describe('the judge itself', () => {
  const pod = (change: (text: string) => string): readonly string[] =>
    objects(change(read('pod.yaml'))).flatMap(faultsOf);

  test.each([
    ['a misspelt field deep inside', 'readOnly: true', 'readonly: true', /additional properties \(readonly\)/],
    ['a wrong type', 'containerPort: 8080', "containerPort: '8080'", /must be integer/],
    [
      'a field of another kind',
      'automountServiceAccountToken: false',
      'replicas: 2',
      /additional properties \(replicas\)/,
    ],
    ['a missing name', 'name: NOT_FOUND_PAGE', 'valueFrom: {}', /must have required property 'name'/],
    ['an unknown kind', 'kind: Pod', 'kind: Pond', /there is no Pond in v1/],
  ])('refuses %s', (_what, good, bad, fault) => {
    expect(pod((text) => text)).toEqual([]);
    expect(pod((text) => text.replace(good, bad)).join('\n')).toMatch(fault);
  });
});

describe('what inject makes', () => {
  const workload = (apiVersion: string, kind: string, spec: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: shop}\nspec: ${spec}\n`;
  const template =
    '{metadata: {labels: {a: b}}, spec: {containers: [{name: shop, image: x, ports: [{containerPort: 3000}]}]}}';
  const selector = '{matchLabels: {a: b}}';

  test.each([
    ['v1', 'Pod', '{containers: [{name: shop, image: x, ports: [{containerPort: 3000}]}]}'],
    ['apps/v1', 'Deployment', `{selector: ${selector}, template: ${template}}`],
    ['apps/v1', 'StatefulSet', `{serviceName: shop, selector: ${selector}, template: ${template}}`],
    ['apps/v1', 'DaemonSet', `{selector: ${selector}, template: ${template}}`],
    ['apps.openshift.io/v1', 'DeploymentConfig', `{selector: {a: b}, template: ${template}}`],
    ['batch/v1', 'Job', `{template: ${template}}`],
    ['batch/v1beta1', 'CronJob', `{schedule: '@daily', jobTemplate: {spec: {template: ${template}}}}`],
  ])('%s %s is correct by the OpenAPI document', (apiVersion, kind, spec) => {
    for (const argv of [[], ['--native'], ['--page', 'pages'], ['--admin-port', 'off']]) {
      const { stdout, stderr } = run(argv, workload(apiVersion, kind, spec));
      const [object] = objects(stdout);
      expect({ stderr, faults: faultsOf(object), containers: containersOf(object).length }).toMatchObject({
        faults: [],
        containers: 2,
      });
      expect(entries(object, 'metadata', 'annotations')).toHaveLength(1);
    }
  });
});
