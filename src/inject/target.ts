import { type Manifest } from './manifests';
import { type InjectOptions } from './options';
import { Problem } from './problem';
import { servicePorts } from './service-ports';
import { type ContainerPort, portsOf, type Workload } from './workload';

/** The port that the sidecar forwards to, and the container's own entry for it if there is one. */
export interface Target {
  readonly number: number;
  readonly declared: ContainerPort | undefined;
}

/**
 * Finds the service's port, in this order: the port in the options; the only port that Services point to; the only
 * declared port; the only port named http.
 * @param services - The Services that select the workload.
 */
export function findTarget(workload: Workload, services: readonly Manifest[], options: InjectOptions): Target {
  const ports = portsOf(workload, 'containers').filter(
    ({ container }) => options.container === undefined || container === options.container,
  );
  if (options.targetPort !== undefined) return chosen(ports, options.targetPort);
  const served = new Set(servedBy(services, ports));
  const [only] = served;
  if (only !== undefined && served.size === 1) return chosen(ports, only);
  const declared = ports.length === 1 ? ports[0] : oneNamedHttp(ports);
  if (declared) return { number: declared.number, declared };
  throw new Problem(`${workload.manifest.what}: ${whyNot(ports)}; add --target-port`);
}

const chosen = (ports: readonly ContainerPort[], number: number): Target => ({
  number,
  declared: ports.find((port) => port.number === number),
});

const servedBy = (services: readonly Manifest[], ports: readonly ContainerPort[]): readonly number[] =>
  services
    .flatMap((service) => servicePorts(service))
    .flatMap(({ target }) => {
      if (typeof target === 'number') return [target];
      return ports.filter(({ name }) => name === target).map(({ number }) => number);
    });

function oneNamedHttp(ports: readonly ContainerPort[]): ContainerPort | undefined {
  const named = ports.filter(({ name }) => name === 'http');
  return named.length === 1 ? named[0] : undefined;
}

function whyNot(ports: readonly ContainerPort[]): string {
  if (ports.length === 0) return 'no container declares a TCP port';
  const list = ports.map(({ container, number }) => `${container}:${number}`);
  return `it could be any of the ports ${list.join(', ')}`;
}
