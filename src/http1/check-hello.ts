import { HANDSHAKE } from './client-hello';

/** Length of the handshake message without its header of four bytes; the rest up to it is padding (RFC 7685). */
const BODY_BYTES = 508;
const RANDOM_BYTES = 32;
const KEY_BYTES = 32;

const LEGACY_VERSION = [0x03, 0x03];

/** Suites of TLS 1.3, then those of TLS 1.2 and older that servers have in common, the strongest first. */
const CIPHER_SUITES = [
  ...[0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014],
  ...[0x009c, 0x009d, 0x002f, 0x0035, 0x000a],
];
const GROUPS = [0x001d, 0x0017, 0x0018];
const X25519 = 0x001d;
const SIGNATURE_ALGORITHMS = [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0201];
const VERSIONS = [0x0304, 0x0303, 0x0302, 0x0301];

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const uint16s = (values: readonly number[]): Buffer => Buffer.concat(values.map(uint16));
const vector8 = (content: Buffer): Buffer => Buffer.concat([Buffer.from([content.length]), content]);
const vector16 = (content: Buffer): Buffer => Buffer.concat([uint16(content.length), content]);
const extension = (type: number, content: Buffer): Buffer => Buffer.concat([uint16(type), vector16(content)]);

/**
 * Replaces the random bytes. A server that takes the hello for HTTP reads a line that is no request line, whether lines end in
 * LF or in CRLF for it, and then the end of a head: it refuses at once, and does not wait for more.
 */
const RANDOM = Buffer.from('\nA\r\n\r\n'.padEnd(RANDOM_BYTES, 'A'));

/** The extensions of a common client of TLS 1.0 to 1.3 (RFC 8446 §4.2, RFC 8422 §5.1, RFC 5746, RFC 7627). */
const EXTENSIONS: readonly Buffer[] = [
  extension(10, vector16(uint16s(GROUPS))),
  extension(11, vector8(Buffer.from([0]))),
  extension(13, vector16(uint16s(SIGNATURE_ALGORITHMS))),
  extension(23, Buffer.alloc(0)),
  extension(43, vector8(uint16s(VERSIONS))),
  extension(45, vector8(Buffer.from([1]))),
  extension(51, vector16(Buffer.concat([uint16(X25519), vector16(Buffer.alloc(KEY_BYTES, 'A'))]))),
  extension(0xff01, vector8(Buffer.alloc(0))),
];

/** A ServerNameList with one host name (RFC 6066 §3). */
const serverNameExtension = (name: string): Buffer =>
  extension(0, vector16(Buffer.concat([Buffer.from([0]), vector16(Buffer.from(name))])));

const BEFORE_EXTENSIONS = Buffer.concat([
  Buffer.from(LEGACY_VERSION),
  RANDOM,
  vector8(Buffer.alloc(0)),
  vector16(uint16s(CIPHER_SUITES)),
  vector8(Buffer.from([0])),
]);

/**
 * A ClientHello of the ambassador: a target that answers it speaks TLS. The client chooses no byte of it, except the letters of
 * `serverName`: some servers close connections that name no host, or an unknown one. Always equally long, so that no length depends on
 * the name before it.
 */
export function checkHello(serverName: string | undefined): Buffer {
  const extensions = serverName === undefined ? EXTENSIONS : [...EXTENSIONS, serverNameExtension(serverName)];
  const length = extensions.reduce((sum, each) => sum + each.length, 0);
  const padding = BODY_BYTES - BEFORE_EXTENSIONS.length - 2 - length - 4;
  const all = Buffer.concat([...extensions, extension(21, Buffer.alloc(padding))]);
  const body = Buffer.concat([BEFORE_EXTENSIONS, vector16(all)]);
  const message = Buffer.concat([Buffer.from([1, 0]), vector16(body)]);
  return Buffer.concat([Buffer.from([HANDSHAKE, 3, 1]), vector16(message)]);
}
