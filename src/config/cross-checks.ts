import { type Config } from './schema';

/** Two settings, each fine by itself, that cannot both be; the advice is shown with the first. */
export interface Conflict {
  readonly setting: keyof Config;
  readonly advice: string;
}

/** What is known to be fine; the settings that have a problem of their own are missing. */
export type Known = Partial<Config>;

const isEvery = (address: string | undefined): boolean =>
  address === undefined || address === '0.0.0.0' || address === '::';

const isLoopback = (address: string): boolean => /^(?:127\.|::1$|localhost\.?$)/i.test(address);

/** Whether a listener on the first address would be met by a connection to the second. */
function isMet(listener: string | undefined, address: string, ownAddresses: readonly string[]): boolean {
  if (isEvery(listener)) return isEvery(address) || isLoopback(address) || ownAddresses.includes(address);
  if (listener === address) return true;
  const names = [listener, address].map((name) => String(name).toLowerCase());
  return names.some((name) => name.startsWith('localhost')) && names.every(isLoopback);
}

const overlap = (one: string | undefined, other: string | undefined): boolean =>
  isEvery(one) || isEvery(other) || isMet(one, String(other), []);

function targetIsNobody({ targetHost }: Known): Conflict[] {
  if (targetHost === undefined || !isEvery(targetHost)) return [];
  const advice = `${targetHost} means every address to a listener and is no address to connect to. For a service in the same pod write 127.0.0.1.`;
  return [{ setting: 'targetHost', advice }];
}

function targetIsOurselves(known: Known, ownAddresses: readonly string[]): Conflict[] {
  const { port, targetPort, host, targetHost } = known;
  if (!('targetHost' in known) || !('host' in known) || port === undefined || port !== targetPort) return [];
  if (!isMet(host, String(targetHost), ownAddresses)) return [];
  const advice = `The target would be the ambassador itself, in an endless loop: PORT is ${port} too, on the same host. Set TARGET_PORT to the service's port, and PORT to another one.`;
  return [{ setting: 'targetPort', advice }];
}

function adminTakesAPort(known: Known, ownAddresses: readonly string[]): Conflict[] {
  const { adminPort, adminHost, port, targetPort, host, targetHost } = known;
  if (adminPort === undefined || adminPort === 'off' || !('adminHost' in known)) return [];
  const end = 'Give ADMIN_PORT another port, or write off to do without it.';
  if (adminPort === port && 'host' in known && overlap(adminHost, host))
    return [{ setting: 'adminPort', advice: `PORT is ${port} too, and only one can listen there. ${end}` }];
  if (adminPort === targetPort && targetHost !== undefined && isMet(adminHost, targetHost, ownAddresses))
    return [{ setting: 'adminPort', advice: `The service itself has port ${targetPort} (TARGET_PORT). ${end}` }];
  return [];
}

function lineLongerThanHead({ maxRequestLineBytes, maxHeadBytes }: Known): Conflict[] {
  if (maxRequestLineBytes === undefined || maxHeadBytes === undefined || maxRequestLineBytes <= maxHeadBytes) return [];
  const advice = `The request line is a part of the head, and MAX_HEAD_BYTES is ${maxHeadBytes}. Lower this one or raise that one.`;
  return [{ setting: 'maxRequestLineBytes', advice }];
}

function delayLongerThanDrain({ drainDelayMs, drainTimeoutMs }: Known): Conflict[] {
  if (drainDelayMs === undefined || drainTimeoutMs === undefined) return [];
  if (drainDelayMs === 0 || drainDelayMs < drainTimeoutMs) return [];
  const advice = `The delay is a part of DRAIN_TIMEOUT (${drainTimeoutMs} ms) and leaves nothing of it. Lower this one or raise that one.`;
  return [{ setting: 'drainDelayMs', advice }];
}

/**
 * What cannot be seen from one variable alone.
 *
 * @param ownAddresses the addresses of this machine, by which a target that is ourselves is known
 */
export function findConflicts(known: Known, ownAddresses: readonly string[]): readonly Conflict[] {
  return [
    ...targetIsNobody(known),
    ...targetIsOurselves(known, ownAddresses),
    ...adminTakesAPort(known, ownAddresses),
    ...lineLongerThanHead(known),
    ...delayLongerThanDrain(known),
  ];
}
