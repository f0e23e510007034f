import { type YAMLMap } from 'yaml';
import { annotate, type Injected } from './add';
import { deletePair } from './delete';
import { type Edit } from './edits';
import { addPair } from './insert';
import { type Manifest, type Stream } from './manifests';
import { mapAt, pairOf, refuseShared, scalarAt } from './nodes';
import { Problem } from './problem';
import { rawInto, rawOf, replaceScalar } from './scalar';
import { servicePorts } from './service-ports';
import { textOf, valueAt } from './tree';
import { isSelected } from './workload';

/** Services and Routes of the stream are led to the sidecar's port. */

/** What is done to one Service: the edits, the sidecars it leads to, and the one whose port its Routes must say when they say a number. */
export interface Repointed {
  readonly service: Manifest;
  readonly edits: readonly Edit[];
  readonly sidecar: Injected;
  readonly reached: readonly Injected[];
}

/** Plans a Service's new target ports; undefined when it leads to none of the injected workloads. */
export function repointService(
  stream: Stream,
  service: Manifest,
  injected: readonly Injected[],
): Repointed | undefined {
  const selector = valueAt(service.value, 'spec', 'selector');
  const behind = injected.filter(({ workload }) => isSelected(workload, selector, service.namespace));
  const changes = servicePorts(service).flatMap(({ index, target }) => {
    const reached = behind.filter(({ targetPort, targetName }) => target === targetPort || target === targetName);
    return reached.length === 0 ? [] : [{ index, target, reached, sidecar: agreed(service, reached) }];
  });
  const [first] = changes;
  if (!first) return undefined;
  const raw: Record<string, string> = {};
  const edits = changes
    .filter(({ target, sidecar }) => target !== sidecar.reach)
    .map(({ index, sidecar }) => {
      const port = mapAt(service.node, ['spec', 'ports', index], service.what);
      const done = setTargetPort(stream, service, port, sidecar.reach);
      raw[String(index)] = done.raw;
      return done.edit;
    });
  const marked = edits.length === 0 ? [] : [...edits, annotate(stream, service, { targetPorts: raw }, {})];
  return { service, edits: marked, sidecar: first.sidecar, reached: changes.flatMap(({ reached }) => reached) };
}

function agreed(service: Manifest, reached: readonly Injected[]): Injected {
  const [first, ...others] = reached;
  if (!first) throw new Error('no sidecar is reached');
  if (others.some(({ reach }) => reach !== first.reach)) {
    throw new Problem(
      `${service.what} leads to workloads whose sidecars have different ports; give them the same --port`,
    );
  }
  return first;
}

/** A Route that says a port number means the pod's port, so it has to follow; one that says a name means the Service's. */
export function repointRoute(stream: Stream, route: Manifest, services: readonly Repointed[]): readonly Edit[] {
  const { value, what, namespace } = route;
  const to = services.find(
    ({ service }) =>
      service.name === textOf(value, 'spec', 'to', 'name') &&
      (service.namespace === undefined || namespace === undefined || service.namespace === namespace),
  );
  if (to?.sidecar.targetPort !== valueAt(value, 'spec', 'port', 'targetPort') || !to) return [];
  const port = mapAt(route.node, ['spec', 'port'], what);
  const { edit, raw } = setTargetPort(stream, route, port, to.sidecar.port);
  return [edit, annotate(stream, route, { targetPorts: { route: raw } }, {})];
}

function setTargetPort(
  stream: Stream,
  manifest: Manifest,
  port: YAMLMap,
  value: number | string,
): { edit: Edit; raw: string } {
  const { what, document } = manifest;
  const old = scalarAt(port, ['targetPort'], what);
  refuseShared(document, old ?? port, `${what}: targetPort`);
  if (!old) return { edit: addPair(stream.source, port, 'targetPort', value, 'port'), raw: '' };
  return { edit: replaceScalar(old, value, stream.isJson, `${what}: targetPort`), raw: rawOf(stream.source, old) };
}

/** Puts the target ports of a Service or Route back as they were. */
export function restoreTargetPorts(
  stream: Stream,
  manifest: Manifest,
  raw: Readonly<Record<string, string>>,
): readonly Edit[] {
  return Object.entries(raw).map(([index, text]) => {
    const path = index === 'route' ? ['spec', 'port'] : ['spec', 'ports', index];
    const port = mapAt(manifest.node, path, manifest.what);
    if (text === '' && pairOf(port, 'targetPort')) return deletePair(stream.source, port, 'targetPort');
    const node = scalarAt(port, ['targetPort'], manifest.what);
    if (!node) throw new Problem(`${manifest.what}: ${path.join('.')}.targetPort is gone`);
    return { ...replaceScalar(node, 0, stream.isJson, manifest.what), text: rawInto(stream.isJson, text) };
  });
}
