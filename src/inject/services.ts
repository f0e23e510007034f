import { annotate, type Injected } from './add';
import { deletePair } from './delete';
import { type Edit } from './edits';
import { addPair } from './insert';
import { type Manifest } from './manifests';
import { mapAt, type Place, refuseUneditable, scalarAt } from './places';
import { portTextAt, replacePort, restorePort } from './port';
import { Problem } from './problem';
import { type RouteRecord, type ServiceRecord, type TargetPort } from './record';
import { servicePorts } from './service-ports';
import { type Source } from './source';
import { pathText, type Path, textOf, valueAt } from './tree';
import { pairOf } from './yaml-nodes';

/** Changes that point the Services and Routes of a stream to the sidecar's port. */

/**
 * The changes of one Service: the edits, the sidecars that it reaches, and the sidecar whose port its Routes must name.
 */
export interface Repointed {
  readonly service: Manifest;
  readonly edits: readonly Edit[];
  readonly sidecar: Injected;
  readonly reached: readonly Injected[];
}

/**
 * Plans the new target ports of a Service. Returns `undefined` if it does not reach an injected workload.
 * @param behind - The injected workloads that the Service selects.
 */
export function repointService(source: Source, service: Manifest, behind: readonly Injected[]): Repointed | undefined {
  if (behind.length === 0) return undefined;
  const changes = servicePorts(service).flatMap(({ index, target }) => {
    const reached = behind.filter(({ targetPort, targetName }) => target === targetPort || target === targetName);
    return reached.length === 0 ? [] : [{ index, target, reached, sidecar: agreed(service, reached) }];
  });
  const [first] = changes;
  if (!first) return undefined;
  const targetPorts: Record<string, string> = {};
  const edits = changes
    .filter(({ target, sidecar }) => target !== sidecar.reach)
    .map(({ index, sidecar }) => {
      const port = mapAt(service, servicePortPath(index));
      const done = setTargetPort(source, port, sidecar.reach);
      targetPorts[String(index)] = done.text;
      return done.edit;
    });
  const marked = edits.length === 0 ? [] : [...edits, annotate(source, service, { targetPorts })];
  return { service, edits: marked, sidecar: first.sidecar, reached: changes.flatMap(({ reached }) => reached) };
}

function agreed(service: Manifest, reached: readonly Injected[]): Injected {
  const [first, ...others] = reached;
  if (!first) throw new Error('no sidecar is reached');
  if (others.some(({ reach }) => reach !== first.reach)) {
    throw new Problem(
      `${service.what} points to workloads whose sidecars have different ports; give them the same --port`,
    );
  }
  return first;
}

const servicePortPath = (index: number): Path => ['spec', 'ports', index];
const ROUTE_PORT: Path = ['spec', 'port'];

/**
 * Plans the new port of a Route. A number is the port of the pod, so it must change; a name is the port of the Service.
 * @param services - The changed Services by name.
 */
export function repointRoute(
  source: Source,
  route: Manifest,
  services: ReadonlyMap<string, readonly Repointed[]>,
): readonly Edit[] {
  const { value, namespace } = route;
  const named = services.get(textOf(value, 'spec', 'to', 'name') ?? '') ?? [];
  const to = named.find(
    ({ service }) => service.namespace === undefined || namespace === undefined || service.namespace === namespace,
  );
  if (to?.sidecar.targetPort !== valueAt(value, ...ROUTE_PORT, 'targetPort') || !to) return [];
  const { edit, text } = setTargetPort(source, mapAt(route, ROUTE_PORT), to.sidecar.port);
  return [edit, annotate(source, route, { targetPorts: { route: text } })];
}

function setTargetPort(source: Source, port: Place, value: number | string): { edit: Edit; text: string } {
  const old = scalarAt(port, ['targetPort']);
  if (old) return { edit: replacePort(old, value, 'targetPort'), text: portTextAt(source, old, 'targetPort') };
  refuseUneditable(port, 'targetPort');
  return { edit: addPair(source, port, 'targetPort', value, 'port'), text: '' };
}

/** Plans the restoration of the ports of a Service. */
export const restoreService = (source: Source, service: Manifest, { targetPorts }: ServiceRecord): readonly Edit[] =>
  Object.entries(targetPorts).map(([index, was]) =>
    restoreTargetPort(source, service, servicePortPath(Number(index)), was),
  );

/** Plans the restoration of the port of a Route. */
export const restoreRoute = (source: Source, route: Manifest, { targetPorts }: RouteRecord): Edit =>
  restoreTargetPort(source, route, ROUTE_PORT, targetPorts.route);

function restoreTargetPort(source: Source, manifest: Manifest, path: Path, was: TargetPort): Edit {
  const port = mapAt(manifest, path);
  if (was === '' && pairOf(port.node, 'targetPort')) {
    // inject adds a target port only to a port entry that has at least one other field.
    if (port.node.items.length === 1) throw new Problem(`${manifest.what}: ${pathText(path)} has no other fields left`);
    return deletePair(source, port, 'targetPort');
  }
  const place = scalarAt(port, ['targetPort']);
  if (!place || was === '') throw new Problem(`${manifest.what}: ${pathText(path)}.targetPort is missing`);
  return restorePort(place, was, 'targetPort');
}
