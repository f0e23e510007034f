import { type Manifest } from './manifests';
import { type InjectOptions } from './options';
import { Problem } from './problem';
import { servicePorts } from './service-ports';
import { type ContainerPort, isSelected, portsOf, type Workload } from './workload';
import { valueAt } from './tree';

/** The port that the sidecar tunnels to, and the container's own entry for it when it has one. */
export interface Target {
  readonly number: number;
  readonly declared: ContainerPort | undefined;
}

/** Finds the service's port: as told; else the one a Service in the stream leads to; else the only one; else the one named http. */
export function findTarget(workload: Workload, services: readonly Manifest[], options: InjectOptions): Target {
  const ports = portsOf(workload, 'containers').filter(
    ({ container }) => options.container === undefined || container === options.container,
  );
  if (options.targetPort !== undefined) return chosen(ports, options.targetPort);
  const served = unique(servedBy(workload, services, ports));
  const [only] = served;
  if (only !== undefined && served.length === 1) return chosen(ports, only);
  const declared = ports.length === 1 ? ports[0] : oneNamedHttp(ports);
  if (declared) return { number: declared.number, declared };
  throw new Problem(`${workload.manifest.what}: ${whyNot(ports)}; add --target-port`);
}

const chosen = (ports: readonly ContainerPort[], number: number): Target => ({
  number,
  declared: ports.find((port) => port.number === number),
});

const unique = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)];

function servedBy(
  workload: Workload,
  services: readonly Manifest[],
  ports: readonly ContainerPort[],
): readonly number[] {
  return services
    .filter(({ value, namespace }) => isSelected(workload, valueAt(value, 'spec', 'selector'), namespace))
    .flatMap((service) => servicePorts(service))
    .flatMap(({ target }) => {
      if (typeof target === 'number') return [target];
      return ports.filter(({ name }) => name === target).map(({ number }) => number);
    });
}

function oneNamedHttp(ports: readonly ContainerPort[]): ContainerPort | undefined {
  const named = ports.filter(({ name }) => name === 'http');
  return named.length === 1 ? named[0] : undefined;
}

function whyNot(ports: readonly ContainerPort[]): string {
  if (ports.length === 0) return 'no container says on which TCP port it serves';
  const list = ports.map(({ container, number }) => `${container}:${number}`);
  return `it may be any of the ports ${list.join(', ')}`;
}
