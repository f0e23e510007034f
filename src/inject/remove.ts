import { deleteEntry, deleteItem } from './delete';
import { type Edit } from './edits';
import { type Manifest, type Stream } from './manifests';
import { mapAt } from './nodes';
import { giveNameBack } from './port-name';
import { Problem } from './problem';
import { ANNOTATION, type InjectRecord, recordOf } from './record';
import { restoreTargetPorts } from './services';
import { listOf, textOf } from './tree';
import { podSpecNode, type Workload, workloadOf } from './workload';

/** Plans the way back for one manifest: no edits for one that was never injected. */
export function removeFrom(stream: Stream, manifest: Manifest): readonly Edit[] {
  const record = recordOf(manifest);
  if (!record) return [];
  const metadata = mapAt(manifest.node, ['metadata'], manifest.what);
  const workload = workloadOf(manifest);
  return [
    ...(workload ? removeSidecar(stream, workload, record) : []),
    ...restoreTargetPorts(stream, manifest, record.targetPorts ?? {}),
    deleteEntry(stream.source, metadata, 'annotations', ANNOTATION, record.made?.['annotations']),
  ];
}

function removeSidecar(stream: Stream, workload: Workload, record: InjectRecord): readonly Edit[] {
  const { list, container, volume, port } = record;
  return [
    ...(list !== undefined && container !== undefined ? [takeOut(stream, workload, record, list, container)] : []),
    ...(volume === undefined ? [] : [takeOut(stream, workload, record, 'volumes', volume)]),
    ...(port ? giveNameBack(stream, workload, port) : []),
  ];
}

function takeOut(stream: Stream, workload: Workload, record: InjectRecord, list: string, name: string): Edit {
  const index = listOf(workload.podSpec, list).findIndex((item) => textOf(item, 'name') === name);
  if (index === -1) throw new Problem(`${workload.manifest.what} should have ${name} among its ${list}, but has not`);
  return deleteItem(stream.source, podSpecNode(workload), list, index, record.made?.[list]);
}
