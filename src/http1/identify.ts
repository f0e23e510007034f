/** The connection preface of HTTP/2 (RFC 9113 §3.4). */
const H2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A TLS record that holds a handshake (RFC 8446 §5.1): type 22, then major version 3. */
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;

/** What the first bytes of a connection are, or `undefined` while they could still be more than one thing. */
export function identify(bytes: Uint8Array): 'http1' | 'h2' | 'tls' | undefined {
  if (bytes[0] === TLS_HANDSHAKE) {
    if (bytes.length === 1) return undefined;
    return bytes[1] === TLS_MAJOR_VERSION ? 'tls' : 'http1';
  }
  const length = Math.min(bytes.length, H2_PREFACE.length);
  for (let at = 0; at < length; at++) if (bytes[at] !== H2_PREFACE[at]) return 'http1';
  return length === H2_PREFACE.length ? 'h2' : undefined;
}
