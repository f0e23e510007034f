let second = 0;
let text = '';

/** The time of day as an IMF-fixdate (RFC 9110 §5.6.7), rendered once a second. */
export function imfFixdate(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
