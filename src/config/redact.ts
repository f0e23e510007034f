/** Stands for what is not shown. */
const HIDDEN = '…';
/** `new URL` takes `https:host` and `https:\\host` for `https://host`. */
const SCHEME = /^(?:https?:[/\\]*|[a-z][a-z\d+.-]*:\/\/)/i;

/**
 * A value as it may be shown in logs, error messages and on the admin port. Of a URL only scheme, host and port stay, since
 * keys hide in user names, paths and queries alike; of other text, everything before the first `?`, `;` or `#`.
 */
export function redactText(value: string): string {
  const [scheme] = SCHEME.exec(value) ?? [];
  if (scheme !== undefined) return redactUrl(scheme, value.slice(scheme.length));
  if (value.includes('@')) return HIDDEN;
  const mark = value.search(/[?;#]/);
  return mark === -1 ? value : `${value.slice(0, mark + 1)}${HIDDEN}`;
}

/** The value of a variable that is meant for a URL: text that does not even begin like one is not shown. */
export const redactUrlText = (value: string): string => (SCHEME.test(value) ? redactText(value) : HIDDEN);

/** A configuration as it may be shown to everyone who reaches the admin port. */
export function redact(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = (value: unknown): unknown => (typeof value === 'string' ? redactText(value) : value);
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, shown(value)]));
}

function redactUrl(scheme: string, rest: string): string {
  const pathStart = rest.search(/[/?#\\]/);
  const authority = pathStart === -1 ? rest : rest.slice(0, pathStart);
  const path = rest.slice(authority.length);
  // A password with a slash that should have been percent-encoded: the host cannot be told from it.
  if (path.includes('@')) return `${scheme}${HIDDEN}`;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host === '') return HIDDEN;
  const isWhole = host === authority && (path === '' || path === '/');
  return isWhole ? `${scheme}${host}` : `${scheme}${host}/${HIDDEN}`;
}
