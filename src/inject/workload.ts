import { type Manifest } from './manifests';
import { mapAt, type Place } from './places';
import { isPortNumber } from './port';
import { Problem } from './problem';
import { listOf, textOf, valueAt, type Path, type Tree } from './tree';

/** A manifest that creates pods, and the parts of it that inject reads. */
export interface Workload {
  readonly manifest: Manifest;
  /**
   * Whether the workload runs to completion. A Job completes with its last plain container, so it needs a native
   * sidecar.
   */
  readonly endsByItself: boolean;
  readonly podSpecPath: Path;
  readonly podSpec: Tree;
  readonly labels: Tree;
}

/** The path of the pod template in each kind. */
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

/** Reads the manifest as a workload; returns `undefined` for kinds that create no pods. */
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

/** Returns the place of the pod spec, for edits. */
export const podSpecPlace = ({ manifest, podSpecPath }: Workload): Place => mapAt(manifest, podSpecPath);

/** Lists the names of all containers, including init containers. */
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

/** Lists the TCP ports of the pod's containers, in their order. */
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
