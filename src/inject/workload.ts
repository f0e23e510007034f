import { type YAMLMap } from 'yaml';
import { type Manifest } from './manifests';
import { mapAt } from './nodes';
import { Problem } from './problem';
import { entries, listOf, textOf, valueAt, type Tree } from './tree';

/** A manifest that makes pods, and the parts of it that the filter reads. */
export interface Workload {
  readonly manifest: Manifest;
  /** Jobs end with their last plain container, so only a native sidecar lets them end. */
  readonly endsByItself: boolean;
  readonly podSpecPath: readonly string[];
  readonly podSpec: Tree;
  readonly labels: Tree;
}

/** Where each kind keeps the pod it makes. */
const POD_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ['template'],
  Deployment: ['spec', 'template'],
  DeploymentConfig: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The manifest as a workload, or undefined for kinds that make no pods. */
export function workloadOf(manifest: Manifest): Workload | undefined {
  const path = POD_PATHS[manifest.kind];
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

/** The pod spec's own node, to be edited. */
export const podSpecNode = (workload: Workload): YAMLMap =>
  mapAt(workload.manifest.node, workload.podSpecPath, workload.manifest.what);

/** Names of all containers, init containers too. */
export const containerNames = ({ podSpec }: Workload): readonly string[] =>
  ['initContainers', 'containers'].flatMap((list) => listOf(podSpec, list).map((item) => textOf(item, 'name') ?? ''));

/** A TCP port that a container of the pod says it serves. */
export interface ContainerPort {
  readonly container: string;
  readonly number: number;
  readonly name: string | undefined;
}

/** Every TCP port of the pod's containers, in their order. */
export function portsOf(
  { podSpec, manifest }: Workload,
  list: 'containers' | 'initContainers',
): readonly ContainerPort[] {
  return listOf(podSpec, list).flatMap((container) =>
    listOf(container, 'ports')
      .filter((port) => (textOf(port, 'protocol') ?? 'TCP') === 'TCP')
      .map((port) => ({
        container: textOf(container, 'name') ?? '',
        number: portNumber(valueAt(port, 'containerPort'), manifest.what),
        name: textOf(port, 'name'),
      })),
  );
}

function portNumber(value: Tree, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Problem(`${what}: containerPort ${JSON.stringify(value)} is not a port number`);
}

/** Whether a Service or the like in `namespace` with this selector reaches the workload's pods. */
export function isSelected(workload: Workload, selector: Tree, namespace: string | undefined): boolean {
  const wanted = entries(selector);
  const own = workload.manifest.namespace;
  if (wanted.length === 0 || (namespace !== undefined && own !== undefined && namespace !== own)) return false;
  return wanted.every(([key, value]) => valueAt(workload.labels, key) === value);
}
