import { type Manifest } from './manifests';
import { entries, isCollection, type Tree, valueAt } from './tree';
import { type Workload } from './workload';

/** The relation between the Services and the workloads of a stream: which Service selects which workload. */
export interface Links {
  readonly workloads: ReadonlyMap<Manifest, readonly Workload[]>;
  readonly services: ReadonlyMap<Workload, readonly Manifest[]>;
}

/**
 * Matches selectors with labels. Each Service is compared only with the workloads that have the rarest label of its
 * selector. The cost therefore grows with the number of matches, not with the number of pairs.
 */
export function linksOf(workloads: readonly Workload[], services: readonly Manifest[]): Links {
  const labelled = byLabel(workloads);
  const links = services.flatMap((service) =>
    candidates(labelled, service)
      .filter((workload) => isSelected(workload, service))
      .map((workload) => ({ service, workload })),
  );
  return {
    workloads: grouped(links.map(({ service, workload }) => [service, workload] as const)),
    services: grouped(links.map(({ service, workload }) => [workload, service] as const)),
  };
}

/** Indexes the workloads by each of their labels. */
const byLabel = (workloads: readonly Workload[]): ReadonlyMap<string, readonly Workload[]> =>
  grouped(
    workloads.flatMap((workload) =>
      entries(workload.labels).map(([key, value]) => [labelKey(key, value), workload] as const),
    ),
  );

/** Groups the values by key and keeps their order. */
export function grouped<K, V>(pairs: Iterable<readonly [K, V]>): ReadonlyMap<K, readonly V[]> {
  const groups = new Map<K, V[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

const labelKey = (key: string, value: Tree): string => JSON.stringify([key, isCollection(value) ? null : value]);

const selectorOf = ({ value }: Manifest): Tree => valueAt(value, 'spec', 'selector');

function candidates(labelled: ReadonlyMap<string, readonly Workload[]>, service: Manifest): readonly Workload[] {
  const lists = entries(selectorOf(service)).map(([key, value]) => labelled.get(labelKey(key, value)) ?? []);
  return lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** Whether a Service selects the pods of a workload. A manifest without a namespace matches every namespace. */
function isSelected({ labels, manifest }: Workload, service: Manifest): boolean {
  const [own, other] = [manifest.namespace, service.namespace];
  if (own !== undefined && other !== undefined && own !== other) return false;
  return entries(selectorOf(service)).every(([key, value]) => !isCollection(value) && valueAt(labels, key) === value);
}
