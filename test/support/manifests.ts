import fc from 'fast-check';
import { Document, type Scalar, visit } from 'yaml';

/** Random manifests, written in the many ways in which people and tools write them. */

export type Json = Record<string, unknown>;

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const withoutUndefined = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

interface Port {
  readonly number: number;
  readonly name: string | undefined;
  readonly protocol: 'TCP' | 'UDP' | undefined;
}

const port: fc.Arbitrary<Port> = fc.record({
  number: fc.constantFrom(80, 3000, 5000, 8080, 8087, 8443),
  name: some(fc.constantFrom('http', 'web', 'on', 'grpc')),
  protocol: some(fc.constantFrom('TCP', 'UDP')),
});

/** Kubernetes looks a port up by its name in the whole pod, and a process cannot listen on a number that is taken. */
const clash = (one: Port, other: Port): boolean =>
  one.number === other.number || (one.name !== undefined && one.name === other.name);

const container = fc.record({
  image: fc.constantFrom('shop:1', 'registry.example/shop@sha256:00', 'python:3.12'),
  ports: fc.uniqueArray(port, { maxLength: 2, comparator: clash }),
  env: some(fc.constantFrom([], [{ name: 'PORT', value: '80' }], [{ name: 'A', value: 'x: "y" # z\nsecond line\n' }])),
  probed: fc.boolean(),
});

type Container = typeof container extends fc.Arbitrary<infer T> ? T : never;

const containers = fc.uniqueArray(container, {
  minLength: 1,
  maxLength: 3,
  comparator: (one, other) => one.ports.some((port) => other.ports.some((another) => clash(port, another))),
});

function asJson({ image, ports, env, probed }: Container): Json {
  const said = ports.find(({ name }) => name !== undefined);
  return withoutUndefined({
    image,
    ports: ports.map(({ number, name, protocol }) => withoutUndefined({ name, containerPort: number, protocol })),
    env,
    livenessProbe: probed && said ? { httpGet: { path: '/', port: said.name } } : undefined,
    readinessProbe: probed && said ? { tcpSocket: { port: said.number } } : undefined,
  });
}

const emptyOr = (full: unknown): fc.Arbitrary<unknown> => fc.constantFrom(undefined, undefined, null, [], full);

const podTemplate = fc
  .record({
    containers,
    volumes: emptyOr([{ name: 'data', emptyDir: {} }]),
    initContainers: emptyOr([{ name: 'migrate', image: 'shop:1' }]),
  })
  .map(({ containers: all, volumes, initContainers }): Json => {
    const named = all.map((item, index) => ({ name: `c${index}`, ...asJson(item) }));
    return withoutUndefined({ initContainers, containers: named, volumes, restartPolicy: 'Always' });
  });

const KINDS = ['Pod', 'Deployment', 'DeploymentConfig', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;

/** A workload and a Service in front of it; the labels are one object, so that YAML may write them by an anchor. */
const application = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    spec: podTemplate,
    annotations: fc.constantFrom(
      undefined,
      undefined,
      null,
      {},
      { note: 'kept', 'deployment.kubernetes.io/revision': '3' },
    ),
    service: some(fc.constantFrom(undefined, 3000, 8080, 'http', 'web', '8443')),
    namespace: some(fc.constant('shop')),
  })
  .map(({ kind, spec, annotations, service, namespace }) => (index: number): readonly Json[] => {
    const labels = { app: `app-${index}` };
    const metadata = withoutUndefined({ name: `app-${index}`, namespace, labels, annotations });
    const template = { metadata: { labels }, spec };
    const body =
      kind === 'Pod'
        ? spec
        : kind === 'CronJob'
          ? { schedule: '@daily', jobTemplate: { spec: { template } } }
          : { replicas: 2, template };
    const workload = { apiVersion: 'v1', kind, metadata, spec: body };
    const ports = [withoutUndefined({ name: 'first', port: 8080, targetPort: service })];
    const front = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `app-${index}` },
      spec: { selector: labels, ports },
    };
    return service === undefined ? [workload] : [workload, front];
  });

const other: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'page' }, data: { '404.html': '<p>\n\n  gone </p>\n' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'headless' },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  },
);

export interface Style {
  readonly indent: number;
  readonly indentSeq: boolean;
  /** Steered by a list of small numbers that is read round and round. */
  readonly dice: readonly number[];
}

/** The ways in which {@link asYaml} writes. */
export const style: fc.Arbitrary<Style> = fc.record({
  indent: fc.constantFrom(2, 3, 4),
  indentSeq: fc.boolean(),
  dice: fc.array(fc.nat(11), { minLength: 7, maxLength: 23 }),
});

/** Writes a value as YAML in a drawn style. */
export function asYaml(value: Json, { indent, indentSeq, dice }: Style): string {
  let thrown = 0;
  const roll = (): number => dice[thrown++ % dice.length] ?? 0;
  const document = new Document(value);
  visit(document, {
    Collection: (_key, node) => {
      if (roll() < 1) node.flow = true;
    },
    Scalar: (key, node) => (key === 'key' ? styleKey(node, roll()) : styleValue(node, roll())),
  });
  return document.toString({ indent, indentSeq, lineWidth: roll() < 6 ? 0 : 60 });
}

function styleKey(node: Scalar, chance: number): void {
  if (chance === 5) node.commentBefore = ' what comes next';
  if (chance === 6) node.spaceBefore = true;
}

function styleValue(node: Scalar, chance: number): void {
  if (typeof node.value === 'string' && chance < 3) {
    node.type = (['QUOTE_SINGLE', 'QUOTE_DOUBLE', 'PLAIN'] as const)[chance] ?? 'PLAIN';
  }
  if (chance === 4) node.comment = ' why';
}

const stream = fc.record({
  apps: fc.array(application, { minLength: 1, maxLength: 2 }),
  others: fc.array(other, { maxLength: 2 }),
});

/** A whole text as it may arrive on stdin. */
export const manifestText: fc.Arbitrary<string> = fc
  .record({
    stream,
    style,
    form: fc.constantFrom('documents', 'documents', 'list', 'json', 'json-list'),
    step: fc.constantFrom(0, 2, 4),
    tail: fc.constantFrom('as it is', 'no line end', 'blank lines', '# end\n', '...\n'),
    crlf: fc.boolean(),
    mark: fc.boolean(),
  })
  .map(({ stream: { apps, others }, style: how, form, step, tail, crlf, mark }) => {
    const all = [...others, ...apps.flatMap((app, index) => app(index))];
    const list = { apiVersion: 'v1', kind: 'List', items: all };
    if (form.startsWith('json')) {
      const first: unknown = all.length === 1 ? all[0] : list;
      return JSON.stringify(form === 'json' ? first : list, null, step) + (crlf ? '\n' : '');
    }
    const text = form === 'list' ? asYaml(list, how) : all.map((one) => asYaml(one, how)).join('---\n');
    return finish(text, tail, crlf, mark);
  });

function finish(text: string, tail: string, crlf: boolean, mark: boolean): string {
  const body =
    tail === 'as it is'
      ? text
      : tail === 'no line end'
        ? text.trimEnd()
        : text + (tail === 'blank lines' ? '\n\n' : tail);
  return (mark ? '\uFEFF' : '') + (crlf ? body.replaceAll('\n', '\r\n') : body);
}
