/**
 * The names that RFC 9110 §6.5.1 excludes from a trailer section: framing, routing, request modifiers, authentication,
 * content description and connection control. Some servers merge trailers into the header section, where a proxy in front can
 * no longer remove them.
 */
const EXCLUDED = new Set([
  ...[
    'content-length',
    'transfer-encoding',
    'te',
    'trailer',
    'connection',
    'keep-alive',
    'upgrade',
    'proxy-connection',
  ],
  ...[
    'host',
    'forwarded',
    'via',
    'max-forwards',
    'x-real-ip',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
  ],
  ...['cache-control', 'expect', 'pragma', 'range', 'if-match', 'if-none-match', 'if-range'],
  ...['if-modified-since', 'if-unmodified-since'],
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'www-authenticate', 'authentication-info'],
  ...['content-type', 'content-encoding', 'content-range', 'content-disposition', 'origin', 'referer'],
]);

/** `X-Forwarded-For` and its family. */
const EXCLUDED_PREFIX = 'x-forwarded-';

/**
 * A version in the value: a server that takes trailers for a new request could read the line as its request line. Anywhere in
 * the value, because not every server demands that the line ends there (cheroot looks at two digits of the third word).
 */
const VERSION = /http\/\d/i;

/** Whether the trailer line from `start` to `end`, which is a valid field line, may reach the target. */
export function isRelayableTrailer(bytes: Buffer, start: number, end: number): boolean {
  const line = bytes.toString('latin1', start, end);
  const colon = line.indexOf(':');
  // CGI turns an underscore and a hyphen into the same variable (RFC 3875 §4.1.18).
  const name = line.slice(0, colon).toLowerCase().replaceAll('_', '-');
  return !EXCLUDED.has(name) && !name.startsWith(EXCLUDED_PREFIX) && !VERSION.test(line.slice(colon));
}
