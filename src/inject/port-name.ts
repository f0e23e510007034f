import { isScalar, type Scalar, type YAMLMap } from 'yaml';
import { type Edit } from './edits';
import { type Stream } from './manifests';
import { nodeAt, refuseShared, scalarAt } from './nodes';
import { Problem } from './problem';
import { type TakenName } from './record';
import { isPlainWord, rawInto, rawOf, replaceScalar } from './scalar';
import { listOf, textOf } from './tree';
import { podSpecNode, type Workload } from './workload';

/**
 * The sidecar takes over the name of the service's port, so that every Service, NetworkPolicy or PodMonitor that says the
 * name reaches the sidecar unedited, and during a rollout reaches old pods too. The service's own port gets another name.
 */

/** Renames `name` in the container, in its ports and in the probes that say it. */
export function takeName(
  stream: Stream,
  workload: Workload,
  container: string,
  name: string,
): { edits: readonly Edit[]; taken: TakenName } {
  const as = freeName(workload, ['target', 'target-http', 'decorated']);
  const places = placesOf(workload, container, name);
  const raw = places.map((node) => rawOf(stream.source, node));
  const { what, document } = workload.manifest;
  const edits = places.map((node) => {
    refuseShared(document, node, `${what}: the port name ${name}`);
    return replaceScalar(node, as, stream.isJson, `${what}: the port name ${name}`);
  });
  const plain = isPlainWord(name) && raw.every((text) => text === name);
  return { edits, taken: { container, name, as, ...(!plain && { raw }) } };
}

/** Gives the name back. */
export function giveNameBack(
  stream: Stream,
  workload: Workload,
  { container, name, as, raw }: TakenName,
): readonly Edit[] {
  const places = placesOf(workload, container, as);
  return places.map((node, index) => {
    const kept = raw?.length === places.length ? raw[index] : undefined;
    const edit = replaceScalar(node, name, stream.isJson, workload.manifest.what);
    return kept === undefined ? edit : { ...edit, text: rawInto(stream.isJson, kept) };
  });
}

/** The first of `names` that no container's port has. */
export function freeName(workload: Workload, names: readonly string[]): string {
  const used = new Set(
    ['initContainers', 'containers'].flatMap((list) =>
      listOf(workload.podSpec, list).flatMap((item) => listOf(item, 'ports').map((port) => textOf(port, 'name'))),
    ),
  );
  const free = names.find((name) => !used.has(name));
  if (free === undefined)
    throw new Problem(`${workload.manifest.what}: the port names ${names.join(', ')} are all taken`);
  return free;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'];
const PROBE_PORTS = PROBES.flatMap((probe) =>
  ['httpGet', 'tcpSocket'].map((how) => [...probe.split('.'), how, 'port']),
);

/** Every scalar of the container that says the port's name, in the order of the text. */
function placesOf(workload: Workload, container: string, name: string): readonly Scalar[] {
  const { what } = workload.manifest;
  const node = containerNode(workload, container);
  const ports = listOf(containerValue(workload, container), 'ports').map((_, index) => ['ports', index, 'name']);
  const places = [...ports, ...PROBE_PORTS].map((path) => scalarAt(node, path, `${what}: container ${container}`));
  return places
    .filter((place): place is Scalar => place?.value === name)
    .toSorted((a, b) => (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0));
}

const indexOf = (workload: Workload, container: string): number =>
  listOf(workload.podSpec, 'containers').findIndex((item) => textOf(item, 'name') === container);

const containerValue = (workload: Workload, container: string) =>
  listOf(workload.podSpec, 'containers')[indexOf(workload, container)];

function containerNode(workload: Workload, container: string): YAMLMap {
  const { what } = workload.manifest;
  const node = nodeAt(podSpecNode(workload), ['containers', indexOf(workload, container)], what);
  if (!node || isScalar(node)) throw new Problem(`${what} has no container ${container}`);
  return node as YAMLMap;
}
