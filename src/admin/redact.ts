/**
 * A configuration that may be shown to whoever reaches the admin port. Of a URL only the origin stays: keys hide in
 * user names, paths and queries alike. Of any other text, what follows a `?` is left out.
 */
export function redact(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, redactValue(value)]));
}

function redactValue(value: unknown): unknown {
  if (value instanceof URL) return redactUrl(value);
  if (typeof value !== 'string') return value;
  if (value.includes('://')) return /^https?:/i.test(value) && URL.canParse(value) ? redactUrl(new URL(value)) : '…';
  const query = value.indexOf('?');
  return query === -1 ? value : `${value.slice(0, query)}?…`;
}

const redactUrl = ({ origin, username, pathname, search }: URL): string =>
  username === '' && pathname === '/' && search === '' ? origin : `${origin}/…`;
