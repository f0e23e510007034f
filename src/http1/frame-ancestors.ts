import { equalsIgnoreCase } from './grammar';

const NAME = 'frame-ancestors';

/**
 * Reduces the value of a Content-Security-Policy field, which stands from `start` to `end`, to what outlives the document: the
 * `frame-ancestors` directive of each policy in it, which says what may frame the responses of this address. Empty for a value without
 * one. A value is a list of policies separated by commas, all of them in force; in a policy the first directive of a name counts (CSP3
 * §2.2.1). Text is Latin-1.
 */
export function frameAncestorsIn(bytes: Buffer, start: number, end: number): string {
  if (!mentionsFrameAncestors(bytes, start, end)) return '';
  return bytes
    .toString('latin1', start, end)
    .split(',')
    .flatMap((policy) => policy.split(';').map(trimAscii).find(isFrameAncestors) ?? [])
    .join(', ');
}

/** Most policies have no such directive, and to take a policy apart costs as much as to render a whole head. */
function mentionsFrameAncestors(bytes: Buffer, start: number, end: number): boolean {
  const last = end - NAME.length;
  for (let at = start; at <= last; at++) {
    const isF = bytes[at] === 0x66 || bytes[at] === 0x46;
    if (isF && equalsIgnoreCase(bytes, at, at + NAME.length, NAME)) return true;
  }
  return false;
}

/** `String.trim` would also take U+00A0, and so repair a source that browsers refuse. */
const trimAscii = (directive: string): string => /[^\t\n\f\r ](?:.*[^\t\n\f\r ])?/s.exec(directive)?.[0] ?? '';

const isFrameAncestors = (directive: string): boolean => /^frame-ancestors(?:[\t\f ]|$)/i.test(directive);
