/** The placeholder for hidden text. */
const HIDDEN = '…';
/** The scheme of a URL. `new URL` accepts `https:host` and `https:\\host` as well as `https://host`. */
const SCHEME = /^(?:https?:[/\\]*|[a-z][a-z\d+.-]*:\/\/)/i;

/**
 * Returns a value in a form that is safe for logs, error messages and the admin port. A URL keeps only scheme, host and
 * port, because keys can be in user names, paths and queries. Other text keeps everything before the first `?`, `;` or
 * `#`.
 */
export function redactText(value: string): string {
  const [scheme] = SCHEME.exec(value) ?? [];
  if (scheme !== undefined) return redactUrl(scheme, value.slice(scheme.length));
  if (value.includes('@')) return HIDDEN;
  const mark = value.search(/[?;#]/);
  return mark === -1 ? value : `${value.slice(0, mark + 1)}${HIDDEN}`;
}

/** Redacts the value of a variable that is meant to be a URL: text without a scheme is hidden completely. */
export const redactUrlText = (value: string): string => (SCHEME.test(value) ? redactText(value) : HIDDEN);

/** Redacts a configuration for the admin port, which many people can reach. */
export function redact(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = (value: unknown): unknown => (typeof value === 'string' ? redactText(value) : value);
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, shown(value)]));
}

function redactUrl(scheme: string, rest: string): string {
  const pathStart = rest.search(/[/?#\\]/);
  const authority = pathStart === -1 ? rest : rest.slice(0, pathStart);
  const path = rest.slice(authority.length);
  // A password may contain a slash that should have been percent-encoded. The host cannot be separated from it.
  if (path.includes('@')) return `${scheme}${HIDDEN}`;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host === '') return HIDDEN;
  const isWhole = host === authority && (path === '' || path === '/');
  return isWhole ? `${scheme}${host}` : `${scheme}${host}/${HIDDEN}`;
}
