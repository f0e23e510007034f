import { HANDSHAKE, MAJOR_VERSION, MAX_MINOR_VERSION, MAX_RECORD_BYTES } from './client-hello';

const ALERT = 21;
const ALERT_BYTES = 2;
/** `warning` and `fatal`, RFC 8446 §6. */
const MAX_ALERT_LEVEL = 2;
const SERVER_HELLO = 2;
/** A record header and one byte: the type of the handshake message, or the level of the alert. */
const TLS_BYTES = 6;

/** Type, flags and stream of the frame that a server sends first; each of its settings takes six bytes (RFC 9113 §6.5). */
const SETTINGS_BEHIND_LENGTH = Buffer.from([4, 0, 0, 0, 0, 0]);
const FRAME_HEADER_BYTES = 9;
const SETTING_BYTES = 6;
/** Longest frame before the peers agree on longer ones (RFC 9113 §4.2). */
const MAX_FRAME_BYTES = 16 * 1024;

/**
 * Whether `bytes`, the first that a server sends, answer in the protocol that the client opened: a ServerHello, a HelloRetryRequest or an
 * alert for TLS (RFC 8446 §4, §6), a SETTINGS frame for HTTP/2 (RFC 9113 §3.4). `undefined` while there are too few to tell.
 */
export const answersPreface = (protocol: 'h2' | 'tls', bytes: Buffer): boolean | undefined =>
  protocol === 'tls' ? isTlsAnswer(bytes) : isSettings(bytes);

function isTlsAnswer(bytes: Buffer): boolean | undefined {
  if (bytes.length === 0) return undefined;
  const [type, major = MAJOR_VERSION] = bytes;
  if ((type !== HANDSHAKE && type !== ALERT) || major !== MAJOR_VERSION) return false;
  if (bytes.length < TLS_BYTES) return undefined;
  const length = bytes.readUInt16BE(3);
  const first = bytes.readUInt8(5);
  if (bytes.readUInt8(2) > MAX_MINOR_VERSION) return false;
  if (type === ALERT) return length === ALERT_BYTES && first >= 1 && first <= MAX_ALERT_LEVEL;
  return length > 0 && length <= MAX_RECORD_BYTES && first === SERVER_HELLO;
}

function isSettings(bytes: Buffer): boolean | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] !== 0) return false; // longer than any frame may be, as each text is
  if (bytes.length < FRAME_HEADER_BYTES) return undefined;
  const length = bytes.readUIntBE(0, 3);
  if (length > MAX_FRAME_BYTES || length % SETTING_BYTES !== 0) return false;
  return bytes.subarray(3, FRAME_HEADER_BYTES).equals(SETTINGS_BEHIND_LENGTH);
}
