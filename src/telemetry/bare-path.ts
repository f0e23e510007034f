const PARAMETERS = /;[^/]*/g;
const USER_INFORMATION = /^([a-z][a-z\d+.-]*:\/\/)[^/]*@/i;

/**
 * Removes the parts of a request target or another URI that can contain tokens and personal data: the query, the
 * fragment, the parameters of path segments (`;jsessionid=…`, RFC 3986 §3.3), and the user name and password of an
 * absolute URI.
 */
export function barePath(target: string): string {
  const end = pathEnd(target);
  const path = end === target.length ? target : target.slice(0, end);
  // Almost every target begins with a slash and has no parameters.
  if (path.startsWith('/')) return withoutParameters(path);
  return withoutParameters(path.replace(USER_INFORMATION, '$1'));
}

/** Returns the end of the path in a request target: before its query or fragment. */
export function pathEnd(target: string): number {
  const query = target.indexOf('?');
  const end = query === -1 ? target.length : query;
  const fragment = target.indexOf('#');
  return fragment === -1 ? end : Math.min(end, fragment);
}

/** Removes the parameters of every segment. An encoded semicolon (`%3B`) belongs to a name and is kept. */
export const withoutParameters = (path: string): string => (path.includes(';') ? path.replace(PARAMETERS, '') : path);
