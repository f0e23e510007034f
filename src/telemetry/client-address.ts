import { type ExchangeRecord } from '../tunnel/exchange';
import { type RequestFields } from './request-fields';

/** The prefix of an IPv4 peer on a dual-stack socket, as in `::ffff:192.0.2.1`. */
const MAPPED_IPV4 = '::ffff:';
/**
 * The shape of an IPv4 or IPv6 address. It is strict enough to keep names, `unknown` and invalid text out of the log.
 */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*(?::\d{1,3}(?:\.\d{1,3}){3})?)$/i;
const WITH_PORT = /^(?:\[([^\]]*)\]|([^:]*))(?::\w+)?$/;

/**
 * Returns the address of the client: the peer of the connection or, with `trustsForwarded`, the address reported by the
 * nearest proxy.
 *
 * The *last* address of a list is used, because the proxy in front of us wrote it. All addresses before it came with
 * the request, and any client can invent them. X-Forwarded-For has priority over Forwarded (RFC 7239): a proxy that
 * writes only one of the two usually writes the former, and the latter then comes from the client.
 */
export function clientAddress(
  exchange: ExchangeRecord,
  fields: Readonly<RequestFields>,
  trustsForwarded: boolean,
): string {
  const peer = plain(exchange.client.clientAddress);
  if (!trustsForwarded) return peer;
  if (fields.forwardedFor !== '') return addressIn(lastOf(fields.forwardedFor)) ?? peer;
  return addressIn(forParameter(fields.forwarded)) ?? peer;
}

const plain = (address: string): string =>
  address.startsWith(MAPPED_IPV4) && address.includes('.') ? address.slice(MAPPED_IPV4.length) : address;

const lastOf = (list: string): string => list.slice(list.lastIndexOf(',') + 1).trim();

/**
 * Finds the `for=` parameter of the last element. A node name contains neither comma nor semicolon, so quotes need no
 * parsing.
 */
function forParameter(forwarded: string): string {
  for (const parameter of lastOf(forwarded).split(';')) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() === 'for') return value.trim().replaceAll('"', '');
  }
  return '';
}

/** Extracts the address from `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function addressIn(node: string): string | undefined {
  const [, bracketed, bare] = WITH_PORT.exec(node) ?? [];
  const address = bracketed ?? bare ?? node;
  return address.length <= 45 && ADDRESS.test(address) ? plain(address) : undefined;
}
