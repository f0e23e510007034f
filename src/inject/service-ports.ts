import { type Manifest } from './manifests';
import { isPortNumber } from './port';
import { Problem } from './problem';
import { listOf, textOf, valueAt } from './tree';

/** A TCP port of a Service and the pod port that it points to. */
export interface ServicePort {
  readonly index: number;
  readonly target: number | string;
}

/** Lists the TCP ports of a Service. A port without `targetPort` points to its own number. */
export function servicePorts({ value, what }: Manifest): readonly ServicePort[] {
  return listOf(value, 'spec', 'ports').flatMap((port, index) => {
    if ((textOf(port, 'protocol') ?? 'TCP') !== 'TCP') return [];
    const target = valueAt(port, 'targetPort') ?? valueAt(port, 'port');
    if (typeof target === 'number' && !isPortNumber(target)) {
      throw new Problem(`${what}: spec.ports[${index}] points to ${target}; write a number from 1 to 65535`);
    }
    return typeof target === 'number' || typeof target === 'string' ? [{ index, target }] : [];
  });
}
