import { addSidecar, type Injected } from './add';
import { type Edit } from './edits';
import { grouped, type Links, linksOf } from './links';
import { type Manifest, type Stream } from './manifests';
import { type InjectOptions } from './options';
import { Problem } from './problem';
import { rewrite, type Rewritten } from './rewrite';
import { repointRoute, repointService, type Repointed } from './services';
import { workloadOf } from './workload';

/**
 * Adds the ambassador to every workload of a stream that does not have it yet, and points Services and Routes to it.
 */
export function injectInto(stream: Stream, options: InjectOptions): Rewritten {
  const { source, manifests } = stream;
  const workloads = manifests.map((manifest) => workloadOf(manifest)).filter((workload) => workload !== undefined);
  if (workloads.length === 0) throw new Problem(`the input contains no workload${kindsOf(manifests)}`);
  const services = ofKind(manifests, 'Service');
  const links = linksOf(workloads, services);
  const injected = workloads.map((workload) =>
    addSidecar(source, workload, links.services.get(workload) ?? [], options),
  );
  const repointed = repointAll(stream, services, links, injected);
  const edits = [...injected, ...repointed].flatMap((change) => change.edits);
  return {
    stream: rewrite(stream, [...edits, ...routeEdits(stream, repointed)]),
    notes: [...injected.map(({ says }) => says), ...advice(injected, repointed)],
  };
}

const ofKind = (manifests: readonly Manifest[], kind: string): readonly Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);

function repointAll(
  { source }: Stream,
  services: readonly Manifest[],
  links: Links,
  injected: readonly Injected[],
): readonly Repointed[] {
  const byWorkload = new Map(injected.map((one) => [one.workload, one]));
  return services
    .map((service) => {
      const behind = (links.workloads.get(service) ?? []).map((workload) => byWorkload.get(workload));
      return repointService(
        source,
        service,
        behind.filter((one) => one !== undefined),
      );
    })
    .filter((service) => service !== undefined);
}

function routeEdits({ source, manifests }: Stream, repointed: readonly Repointed[]): readonly Edit[] {
  const byName = grouped(repointed.map((one) => [one.service.name, one] as const));
  return ofKind(manifests, 'Route').flatMap((route) => repointRoute(source, route, byName));
}

const MAX_NAMED = 10;

function kindsOf(manifests: readonly Manifest[]): string {
  if (manifests.length === 0) return '';
  const names = manifests.slice(0, MAX_NAMED).map(({ what }) => what);
  const more = manifests.length - names.length;
  return `, only ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function advice(injected: readonly Injected[], repointed: readonly Repointed[]): readonly string[] {
  const reached = new Set(repointed.flatMap((one) => one.reached));
  return injected
    .filter((one) => !reached.has(one))
    .map(
      ({ workload, reach }) =>
        `${workload.manifest.what}: its Service is not in the input; make sure that its targetPort is ${reach}`,
    );
}
