import { type Node, type Scalar } from 'yaml';
import { type Edit } from './edits';
import { placeAt, type Place, scalarAt } from './places';
import { isPortName, isTextEverywhere, portTextAt, replacePort, restorePort } from './port';
import { Problem } from './problem';
import { NEW_PORT_NAMES, type TakenName } from './record';
import { type Source } from './source';
import { listOf, textOf, type Path } from './tree';
import { type ContainerPort, podSpecPlace, type Workload } from './workload';

/**
 * The port name that the sidecar takes over from the service. Every Service, NetworkPolicy or PodMonitor with that name
 * then reaches the sidecar without an edit, and still reaches old pods during a rollout. The port of the service gets
 * another name.
 */
export interface Taken {
  readonly name: string;
  readonly as: (typeof NEW_PORT_NAMES)[number];
  /** The texts of all places that have the name. Set only if one of them is not the unquoted name. */
  readonly raw?: string[];
}

/** Renames the port in its container: in the ports and in the probes that use its name. */
export function takeName(
  source: Source,
  workload: Workload,
  { index, name }: ContainerPort & { readonly name: string },
): { readonly edits: readonly Edit[]; readonly taken: Taken } {
  const { what } = workload.manifest;
  if (!isPortName(name)) {
    throw new Problem(
      `${what}: the port name ${JSON.stringify(name)} is not valid in Kubernetes; write at most 15 lower-case letters, ` +
        'digits and dashes, at least one of them a letter',
    );
  }
  const says = `the port name ${name}`;
  const as = freeName(workload, NEW_PORT_NAMES);
  const places = placesOf(workload, index, name);
  const raw = places.map((place) => portTextAt(source, place, says));
  const isBare = isTextEverywhere(name) && raw.every((text) => text === name);
  return {
    edits: places.map((place) => replacePort(place, as, says)),
    taken: { name, as, ...(!isBare && { raw }) },
  };
}

/** Restores the original name of the service's port. */
export function giveNameBack(workload: Workload, { name, as, raw }: TakenName): readonly Edit[] {
  const { what } = workload.manifest;
  const says = `the port name ${as}`;
  const holders = [...listOf(workload.podSpec, 'containers').entries()].filter(([, container]) =>
    listOf(container, 'ports').some((port) => textOf(port, 'name') === as),
  );
  const [holder, second] = holders;
  if (!holder) return [];
  if (second) throw new Problem(`${what}: two containers have ${says}; rename the one that inject did not rename`);
  const places = placesOf(workload, holder[0], as);
  return places.map((place, index) => {
    const kept = raw?.length === places.length ? raw[index] : undefined;
    return kept ? restorePort(place, kept, says) : replacePort(place, name, says);
  });
}

/** Returns the first of `names` that no container port uses. */
export function freeName<T extends string>(workload: Workload, names: readonly T[]): T {
  const used = new Set(
    ['initContainers', 'containers'].flatMap((list) =>
      listOf(workload.podSpec, list).flatMap((item) => listOf(item, 'ports').map((port) => textOf(port, 'name'))),
    ),
  );
  const free = names.find((name) => !used.has(name));
  if (free === undefined)
    throw new Problem(`${workload.manifest.what}: the port names ${names.join(', ')} are all in use`);
  return free;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'];
const PROBE_PORTS: readonly Path[] = PROBES.flatMap((probe) =>
  ['httpGet', 'tcpSocket'].map((how) => [...probe.split('.'), how, 'port']),
);

/** Finds every scalar of the container that is the name of the port, in the order of the text. */
function placesOf(workload: Workload, index: number, name: string): readonly Place<Scalar>[] {
  const container = containerPlace(workload, index);
  const ports = listOf(workload.podSpec, 'containers', index, 'ports').map((_, port): Path => ['ports', port, 'name']);
  return [...ports, ...PROBE_PORTS]
    .map((path) => scalarAt(container, path))
    .filter((place) => place?.node.value === name)
    .filter((place) => place !== undefined)
    .toSorted((a, b) => (a.node.range?.[0] ?? 0) - (b.node.range?.[0] ?? 0));
}

function containerPlace(workload: Workload, index: number): Place<Node> {
  const place = placeAt(podSpecPlace(workload), ['containers', index]);
  if (!place) throw new Error(`${workload.manifest.what} has no container ${index}`);
  return place;
}
