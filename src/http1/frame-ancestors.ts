/**
 * Reduces the value of a Content-Security-Policy field to what outlives the document: the `frame-ancestors` directive of each policy
 * in it, which says what may frame the responses of this address. Empty for a value without one. A value is a list of policies
 * separated by commas, all of them in force; in a policy the first directive of a name counts (CSP3 §2.2.1).
 */
export function frameAncestorsOf(value: string): string {
  return value
    .split(',')
    .flatMap((policy) => policy.split(';').map(trimAscii).find(isFrameAncestors) ?? [])
    .join(', ');
}

/** `String.trim` would also take U+00A0, and so repair a source that browsers refuse. */
const trimAscii = (directive: string): string => /[^\t\n\f\r ](?:.*[^\t\n\f\r ])?/s.exec(directive)?.[0] ?? '';

const isFrameAncestors = (directive: string): boolean => /^frame-ancestors(?:[\t\f ]|$)/i.test(directive);
