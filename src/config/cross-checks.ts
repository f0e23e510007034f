import { type Config } from './schema';

/** A conflict between two settings that are valid individually. The advice is shown with the first setting. */
export interface Conflict {
  readonly setting: keyof Config;
  readonly advice: string;
}

/** The valid settings so far; settings that have a problem of their own are missing. */
export type Known = Partial<Config>;

const isEvery = (address: string | undefined): boolean =>
  address === undefined || address === '0.0.0.0' || address === '::';

const isLoopback = (address: string): boolean => /^(?:127\.|::1$|localhost\.?$)/i.test(address);

/** Whether a connection to the second address reaches a listener on the first. */
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
  const advice =
    `${targetHost} is an address for listening only; it is not possible to connect to it. For a service in the same ` +
    'pod write 127.0.0.1.';
  return [{ setting: 'targetHost', advice }];
}

function targetIsOurselves(known: Known, ownAddresses: readonly string[]): Conflict[] {
  const { port, targetPort, host, targetHost } = known;
  if (!('targetHost' in known) || !('host' in known) || port === undefined || port !== targetPort) return [];
  if (!isMet(host, String(targetHost), ownAddresses)) return [];
  const advice =
    `The target would be the ambassador itself, in an endless loop: PORT is also ${port}, on the same host. Set ` +
    'TARGET_PORT to the port of the service, and PORT to another port.';
  return [{ setting: 'targetPort', advice }];
}

function adminTakesAPort(known: Known, ownAddresses: readonly string[]): Conflict[] {
  const { adminPort, adminHost, port, targetPort, host, targetHost } = known;
  if (adminPort === undefined || adminPort === 'off' || !('adminHost' in known)) return [];
  const end = 'Set ADMIN_PORT to another port, or to off to disable it.';
  if (adminPort === port && 'host' in known && overlap(adminHost, host))
    return [{ setting: 'adminPort', advice: `PORT is also ${port}, and only one of them can listen there. ${end}` }];
  if (adminPort === targetPort && targetHost !== undefined && isMet(adminHost, targetHost, ownAddresses))
    return [{ setting: 'adminPort', advice: `The service itself uses port ${targetPort} (TARGET_PORT). ${end}` }];
  return [];
}

function lineLongerThanHead({ maxRequestLineBytes, maxHeadBytes }: Known): Conflict[] {
  if (maxRequestLineBytes === undefined || maxHeadBytes === undefined || maxRequestLineBytes <= maxHeadBytes) return [];
  const advice =
    `The request line is a part of the head, and MAX_HEAD_BYTES is ${maxHeadBytes}. Lower MAX_REQUEST_LINE_BYTES or ` +
    'raise MAX_HEAD_BYTES.';
  return [{ setting: 'maxRequestLineBytes', advice }];
}

function delayLongerThanDrain({ drainDelayMs, drainTimeoutMs }: Known): Conflict[] {
  if (drainDelayMs === undefined || drainTimeoutMs === undefined) return [];
  if (drainDelayMs === 0 || drainDelayMs < drainTimeoutMs) return [];
  const advice =
    `The delay is a part of DRAIN_TIMEOUT (${drainTimeoutMs} ms) and uses up all of it. Lower DRAIN_DELAY or raise ` +
    'DRAIN_TIMEOUT.';
  return [{ setting: 'drainDelayMs', advice }];
}

/**
 * Finds conflicts between several variables.
 *
 * @param ownAddresses the addresses of this machine, used to detect a target that is the ambassador itself
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
