import { type Edit } from './edits';
import { addEntry, addItem, type Before, type Insertion } from './insert';
import { type Manifest } from './manifests';
import { mapAt, refuseUneditable } from './places';
import { type InjectOptions } from './options';
import { freeName, type Taken, takeName } from './port-name';
import { Problem } from './problem';
import { ANNOTATION, type InjectRecord, volumeName } from './record';
import { pageVolume, sidecarContainer } from './sidecar';
import { type Source } from './source';
import { findTarget, type Target } from './target';
import { listOf, textOf, type Tree } from './tree';
import { containerNames, podSpecPlace, portsOf, type Workload } from './workload';

/** The planned changes of one workload, and the ports that the Services beside it need. */
export interface Injected {
  readonly workload: Workload;
  readonly edits: readonly Edit[];
  readonly targetPort: number;
  /** The service's port name before the injection, if it has one. */
  readonly targetName: string | undefined;
  readonly port: number;
  /** The target port that a Service needs: a name, or for a native sidecar a number. */
  readonly reach: number | string;
  readonly says: string;
}

/**
 * Plans the sidecar for one workload.
 * @param services - The Services that select the workload.
 */
export function addSidecar(
  source: Source,
  workload: Workload,
  services: readonly Manifest[],
  asked: InjectOptions,
): Injected {
  const options = { ...asked, native: asked.native || workload.endsByItself };
  refuseTaken(workload, options);
  const target = findTarget(workload, services, options);
  const port = choosePort(workload, target.number, options);
  const taken = options.native ? undefined : takeOver(source, workload, target);
  const portName = taken?.taken.name ?? freeName(workload, ['http', 'http-decorator', 'decorator']);
  const container = sidecarContainer(options, { port, portName, targetPort: target.number });
  const placed = place(source, workload, options, container, taken?.taken);
  return {
    workload,
    edits: [...(taken?.edits ?? []), ...placed],
    targetPort: target.number,
    targetName: target.declared?.name,
    port,
    // A number works in every version: before Kubernetes 1.32 a Service cannot resolve the named ports of native
    // sidecars.
    reach: options.native ? port : portName,
    says: `${workload.manifest.what}: ${options.name} listens on ${port} and forwards to ${target.number}`,
  };
}

function takeOver(
  source: Source,
  workload: Workload,
  { declared }: Target,
): { readonly edits: readonly Edit[]; readonly taken: Taken } | undefined {
  if (declared?.name === undefined) return undefined;
  return takeName(source, workload, { ...declared, name: declared.name });
}

function refuseTaken(workload: Workload, { name, page }: InjectOptions): void {
  const { what } = workload.manifest;
  if (listOf(workload.podSpec, 'containers').length === 0) throw new Problem(`${what} has no containers`);
  if (containerNames(workload).includes(name)) {
    throw new Problem(`${what} has a container ${name} that inject did not add; choose another --name`);
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

/** Plans the container, the volume and the annotation. */
function place(
  source: Source,
  workload: Workload,
  options: InjectOptions,
  container: Tree,
  port: Taken | undefined,
): readonly Edit[] {
  const spec = podSpecPlace(workload);
  const list = options.native ? ('initContainers' as const) : ('containers' as const);
  const made: Partial<Record<typeof list | 'volumes', Before>> = {};
  const put = (key: typeof list | 'volumes', item: Tree): Edit => {
    refuseUneditable(spec, key);
    const { edit, made: before } = addItem(source, spec, key, item, 'containers');
    if (before !== undefined) made[key] = before;
    return edit;
  };
  const { name, page } = options;
  const edits = [put(list, container), ...(page ? [put('volumes', pageVolume(name, page.configMap))] : [])];
  const record = { container: name, list, ...(page && { volume: volumeName(name) }), ...(port && { port }) };
  const isMade = Object.keys(made).length > 0;
  return [...edits, annotate(source, workload.manifest, { ...record, ...(isMade && { made }) })];
}

/** Plans the annotation that records the changes of a manifest. */
export function annotate(source: Source, manifest: Manifest, record: InjectRecord): Edit {
  const metadata = mapAt(manifest, ['metadata']);
  refuseUneditable(metadata, 'annotations');
  const write = (all: InjectRecord): Insertion =>
    addEntry(source, metadata, 'annotations', ANNOTATION, JSON.stringify(all));
  const { edit, made: before } = write(record);
  return before === undefined ? edit : write({ ...record, made: { ...record.made, annotations: before } }).edit;
}
