/** What the ambassador is to cost at most, as a multiple of what a contender costs: workload, then contender. */
const RATIOS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  small: { bare: 1.05, haproxy: 1, nginx: 1 },
  '404': { haproxy: 1, nginx: 0.4 },
  '16k': { bare: 1, haproxy: 1.05, nginx: 1.05 },
  '1m': { bare: 0.85, haproxy: 1.05, nginx: 0.9 },
  upload: { bare: 0.8, haproxy: 1.1, nginx: 1.1 },
  connections: { bare: 1.05, haproxy: 1.5 },
  logged: { haproxy: 1, nginx: 1 },
  latency: { haproxy: 1.2 },
  start: { empty: 2 },
};

/** Resident memory at most, in MiB, at the peak of a workload. */
const PEAK_MIB: Readonly<Record<string, number>> = { idle: 130, stalled: 128, start: 50 };
const PEAK_MIB_UNDER_LOAD = 80;

export function ratioAim(workload: string, contender: string): number | undefined {
  return RATIOS[workload]?.[contender];
}

export function memoryAim(workload: string): number {
  return PEAK_MIB[workload] ?? PEAK_MIB_UNDER_LOAD;
}
