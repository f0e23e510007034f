import { isMap, isSeq, type YAMLMap } from 'yaml';
import { type Edit } from './edits';
import { addEntry, addItem, type Before, type Insertion } from './insert';
import { type Manifest, type Stream } from './manifests';
import { mapAt, pairOf, refuseShared } from './nodes';
import { type InjectOptions } from './options';
import { freeName, takeName } from './port-name';
import { Problem } from './problem';
import { ANNOTATION, type InjectRecord, type TakenName } from './record';
import { pageVolume, sidecarContainer, volumeName } from './sidecar';
import { findTarget, type Target } from './target';
import { listOf, textOf } from './tree';
import { containerNames, podSpecNode, portsOf, type Workload } from './workload';

/** What one workload needs, and what the Services beside it have to know. */
export interface Injected {
  readonly workload: Workload;
  readonly edits: readonly Edit[];
  readonly targetPort: number;
  /** The service's port name from before, if it has one. */
  readonly targetName: string | undefined;
  readonly port: number;
  /** What a Service shall say: a name, or for a native sidecar a number. */
  readonly reach: number | string;
  readonly says: string;
}

/** Plans the sidecar for one workload. */
export function addSidecar(
  stream: Stream,
  workload: Workload,
  services: readonly Manifest[],
  asked: InjectOptions,
): Injected {
  const options = { ...asked, native: asked.native || workload.endsByItself };
  refuseTaken(workload, options);
  const target = findTarget(workload, services, options);
  const port = choosePort(workload, target.number, options);
  const taken = options.native ? undefined : takeOver(stream, workload, target);
  const portName = taken?.taken.name ?? freeName(workload, ['http', 'http-decorator', 'decorator']);
  const container = sidecarContainer(options, { port, portName, targetPort: target.number });
  const placed = place(stream, workload, options, container, taken?.taken);
  return {
    workload,
    edits: [...(taken?.edits ?? []), ...placed],
    targetPort: target.number,
    targetName: target.declared?.name,
    port,
    // Before Kubernetes 1.32 a Service does not find the named ports of native sidecars; a number is always found.
    reach: options.native ? port : portName,
    says: `${workload.manifest.what}: ${options.name} listens on ${port} and leads to ${target.number}`,
  };
}

function takeOver(
  stream: Stream,
  workload: Workload,
  { declared }: Target,
): { edits: readonly Edit[]; taken: TakenName } | undefined {
  return declared?.name === undefined ? undefined : takeName(stream, workload, declared.container, declared.name);
}

function refuseTaken(workload: Workload, { name, page }: InjectOptions): void {
  const { what } = workload.manifest;
  if (listOf(workload.podSpec, 'containers').length === 0) throw new Problem(`${what} has no containers`);
  if (containerNames(workload).includes(name)) {
    throw new Problem(`${what} has a container ${name} that inject did not put there; choose another --name`);
  }
  const volumes = listOf(workload.podSpec, 'volumes').map((volume) => textOf(volume, 'name'));
  if (page && volumes.includes(volumeName(name))) throw new Problem(`${what} has a volume ${volumeName(name)} already`);
}

const PORTS = [8080, 8087, 8088, 8089, 18080];

function choosePort(workload: Workload, target: number, { port, adminPort }: InjectOptions): number {
  const { what } = workload.manifest;
  const declared = [...portsOf(workload, 'initContainers'), ...portsOf(workload, 'containers')];
  const used = new Set([target, ...declared.map(({ number }) => number)]);
  if (adminPort !== undefined && used.has(adminPort))
    throw new Problem(`${what} uses port ${adminPort}; choose another --admin-port`);
  if (port !== undefined && used.has(port)) throw new Problem(`${what} uses port ${port}; choose another --port`);
  const free = port ?? PORTS.find((number) => !used.has(number) && number !== adminPort);
  if (free === undefined) throw new Problem(`${what} uses ${PORTS.join(', ')}; choose a --port`);
  return free;
}

/** The container, the volume and the annotation. */
function place(
  stream: Stream,
  workload: Workload,
  options: InjectOptions,
  container: object,
  port: TakenName | undefined,
): readonly Edit[] {
  const spec = podSpecNode(workload);
  const list = options.native ? 'initContainers' : 'containers';
  const made: Record<string, Before> = {};
  const edits: Edit[] = [];
  const put = (key: string, { edit, made: before }: Insertion): void => {
    edits.push(edit);
    if (before !== undefined) made[key] = before;
  };
  refuseUneditable(workload, spec, list);
  put(list, addItem(stream.source, spec, list, container, 'containers'));
  if (options.page) {
    refuseUneditable(workload, spec, 'volumes');
    put(
      'volumes',
      addItem(stream.source, spec, 'volumes', pageVolume(options.name, options.page.configMap), 'containers'),
    );
  }
  const record = {
    container: options.name,
    list,
    ...(options.page && { volume: volumeName(options.name) }),
    ...(port && { port }),
  } as const;
  return [...edits, annotate(stream, workload.manifest, record, made)];
}

/** Writes the record of what was done into the manifest's annotations. */
export function annotate(
  stream: Stream,
  manifest: Manifest,
  record: InjectRecord,
  made: Readonly<Record<string, Before>>,
): Edit {
  const metadata = mapAt(manifest.node, ['metadata'], manifest.what);
  refuseShared(manifest.document, metadata, `${manifest.what}: metadata`);
  const written = (all: Readonly<Record<string, Before>>): Insertion =>
    addEntry(
      stream.source,
      metadata,
      'annotations',
      ANNOTATION,
      JSON.stringify({ ...record, ...(Object.keys(all).length > 0 && { made: all }) }),
    );
  const { made: before } = written(made);
  return before === undefined ? written(made).edit : written({ ...made, annotations: before }).edit;
}

/** An edit must neither follow an alias nor change a node that an alias repeats. */
function refuseUneditable({ manifest }: Workload, map: YAMLMap, key: string): void {
  const value = pairOf(map, key)?.value;
  const node = isSeq(value) || isMap(value) ? value : map;
  refuseShared(manifest.document, node, `${manifest.what}: ${key}`);
}
