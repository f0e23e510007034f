import { ABSOLUTE_HOST, COLON, FIELD_HOST, IP_LITERAL, LEFT_BRACKET, RIGHT_BRACKET, isDigit, skipIn } from './grammar';

/**
 * `Host` (RFC 9110 §7.2): a host, and a port or none. The host may be empty, since a client that knows no name must say so,
 * and may hold what browsers send for names that were never turned into punycode.
 */
export const isHostValue = (bytes: Uint8Array, start: number, end: number): boolean =>
  isPort(bytes, skipHost(bytes, start, end, FIELD_HOST), end);

/** The authority of a target in absolute form (RFC 9112 §3.2.2): a host of plain characters, and a port or none. */
export function isAbsoluteAuthority(bytes: Uint8Array, start: number, end: number): boolean {
  const hostEnd = skipHost(bytes, start, end, ABSOLUTE_HOST);
  return hostEnd > start && isPort(bytes, hostEnd, end);
}

/** The target of CONNECT (RFC 9112 §3.2.3): a host and a port, neither of them empty. */
export function isAuthorityForm(bytes: Uint8Array, start: number, end: number): boolean {
  const hostEnd = skipHost(bytes, start, end, FIELD_HOST);
  return hostEnd > start && end - hostEnd > 1 && isPort(bytes, hostEnd, end);
}

/** `uri-host` (RFC 3986 §3.2.2): an address in brackets, or a name. Answers where it ends; `start` where it is none. */
function skipHost(bytes: Uint8Array, start: number, end: number, nameTable: Uint8Array): number {
  if (start === end || bytes[start] !== LEFT_BRACKET) return skipIn(nameTable, bytes, start, end);
  const at = skipIn(IP_LITERAL, bytes, start + 1, end);
  return at < end && at > start + 1 && bytes[at] === RIGHT_BRACKET ? at + 1 : start;
}

/** `[ ":" port ]`, all the way to `end`. */
function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  if (bytes[start] !== COLON) return false;
  for (let at = start + 1; at < end; at++) if (!isDigit(bytes[at])) return false;
  return true;
}
