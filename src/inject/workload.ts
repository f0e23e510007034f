import { type Manifest } from './manifests';
import { mapAt, type Place } from './places';
import { isPortNumber } from './port';
import { Problem } from './problem';
import { listOf, textOf, valueAt, type Path, type Tree } from './tree';

/** A manifest that makes pods, and the parts of it that inject reads. */
export interface Workload {
  readonly manifest: Manifest;
  /** Jobs end with their last plain container, so only a native sidecar lets them end. */
  readonly endsByItself: boolean;
  readonly podSpecPath: Path;
  readonly podSpec: Tree;
  readonly labels: Tree;
}

/** Where each kind keeps the pod it makes. */
const POD_PATHS: ReadonlyMap<string, Path> = new Map([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ['Deployment', ['spec', 'template']],
  ['DeploymentConfig', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['ReplicationController', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** The manifest as a workload, or undefined for kinds that make no pods. */
export function workloadOf(manifest: Manifest): Workload | undefined {
  const path = POD_PATHS.get(manifest.kind);
  if (!path) return undefined;
  const podSpecPath = [...path, 'spec'];
  return {
    manifest,
    endsByItself: manifest.kind === 'Job' || manifest.kind === 'CronJob',
    podSpecPath,
    podSpec: valueAt(manifest.value, ...podSpecPath),
    labels: valueAt(manifest.value, ...path, 'metadata', 'labels'),
  };
}

/** The place of the pod spec, to be edited. */
export const podSpecPlace = ({ manifest, podSpecPath }: Workload): Place => mapAt(manifest, podSpecPath);

/** Names of all containers, init containers included. */
export const containerNames = ({ podSpec }: Workload): readonly string[] =>
  ['initContainers', 'containers'].flatMap((list) => listOf(podSpec, list).map((item) => textOf(item, 'name') ?? ''));

/** A TCP port that a container of the pod declares. */
export interface ContainerPort {
  readonly container: string;
  /** The index of the container in its list. */
  readonly index: number;
  readonly number: number;
  readonly name: string | undefined;
}

/** Every TCP port of the pod's containers, in their order. */
export function portsOf(
  { podSpec, manifest }: Workload,
  list: 'containers' | 'initContainers',
): readonly ContainerPort[] {
  return listOf(podSpec, list).flatMap((container, index) =>
    listOf(container, 'ports')
      .filter((port) => (textOf(port, 'protocol') ?? 'TCP') === 'TCP')
      .map((port) => ({
        container: textOf(container, 'name') ?? '',
        index,
        number: portNumber(valueAt(port, 'containerPort'), manifest.what),
        name: textOf(port, 'name'),
      })),
  );
}

function portNumber(value: Tree, what: string): number {
  if (typeof value === 'number' && isPortNumber(value)) return value;
  const shown = typeof value === 'object' ? 'a list or mapping' : JSON.stringify(value);
  throw new Problem(`${what}: containerPort ${shown} is not a port number; write a number from 1 to 65535`);
}
