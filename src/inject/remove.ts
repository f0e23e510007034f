import { deleteEntry, deleteItem } from './delete';
import { type Edit } from './edits';
import { type Before } from './insert';
import { type Manifest, type Stream } from './manifests';
import { mapAt, placeAt, refuseShared } from './places';
import { giveNameBack } from './port-name';
import { Problem } from './problem';
import { ANNOTATION, routeRecordOf, serviceRecordOf, type WorkloadRecord, workloadRecordOf } from './record';
import { rewrite, type Rewritten } from './rewrite';
import { restoreRoute, restoreService } from './services';
import { type Source } from './source';
import { listOf, textOf } from './tree';
import { podSpecPlace, type Workload, workloadOf } from './workload';

/** Removes the changes of inject from a stream: all manifests become as they were before. */
export function removeFrom(stream: Stream): Rewritten {
  const undone = stream.manifests.map((manifest) => ({ manifest, edits: undo(stream.source, manifest) }));
  const touched = undone.filter(({ edits }) => edits.length > 0);
  const notes = touched.map(({ manifest }) => `${manifest.what}: restored to its state before inject`);
  return {
    stream: rewrite(
      stream,
      touched.flatMap(({ edits }) => edits),
    ),
    notes: notes.length > 0 ? notes : ['no manifest has changes of inject; the input is printed unchanged'],
  };
}

/** Plans the removal for one manifest. Returns no edits for a manifest that was not injected. */
function undo(source: Source, manifest: Manifest): readonly Edit[] {
  const workload = workloadOf(manifest);
  if (workload) {
    const record = workloadRecordOf(manifest);
    return record ? [...removeSidecar(source, workload, record), forget(source, manifest, record.made)] : [];
  }
  if (manifest.kind === 'Service') {
    const record = serviceRecordOf(manifest);
    return record ? [...restoreService(source, manifest, record), forget(source, manifest, record.made)] : [];
  }
  if (manifest.kind === 'Route') {
    const record = routeRecordOf(manifest);
    return record ? [restoreRoute(source, manifest, record), forget(source, manifest, record.made)] : [];
  }
  // Controllers copy the annotations of a workload to objects of other kinds (ControllerRevision). Inject did not
  // change these.
  return [];
}

function removeSidecar(source: Source, workload: Workload, record: WorkloadRecord): readonly Edit[] {
  const { list, container, volume, port } = record;
  return [
    takeOut(source, workload, record, list, container),
    ...(volume === undefined ? [] : [takeOut(source, workload, record, 'volumes', volume)]),
    ...(port ? giveNameBack(workload, port) : []),
  ];
}

type List = WorkloadRecord['list'] | 'volumes';

function takeOut(source: Source, workload: Workload, { made }: WorkloadRecord, list: List, name: string): Edit {
  const { what } = workload.manifest;
  const index = listOf(workload.podSpec, list).findIndex((item) => textOf(item, 'name') === name);
  if (index === -1) {
    throw new Problem(
      `${what} should have ${name} in its ${list} but does not; undo inject by hand and remove ${ANNOTATION}`,
    );
  }
  const spec = podSpecPlace(workload);
  refuseShared(placeAt(spec, [list, index]) ?? spec, `${name} among the ${list}`);
  return deleteItem(source, spec, list, index, made?.[list]);
}

/** Removes the record. */
function forget(
  source: Source,
  manifest: Manifest,
  made: { readonly annotations?: Before | undefined } | undefined,
): Edit {
  const metadata = mapAt(manifest, ['metadata']);
  refuseShared(placeAt(metadata, ['annotations', ANNOTATION]) ?? metadata, `the annotation ${ANNOTATION}`);
  return deleteEntry(source, metadata, 'annotations', ANNOTATION, made?.annotations);
}
