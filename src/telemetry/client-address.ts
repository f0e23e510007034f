import { type ExchangeRecord } from '../tunnel/exchange';
import { type RequestFields } from './request-fields';

/** `::ffff:192.0.2.1`: how a dual-stack socket spells an IPv4 peer. */
const MAPPED_IPV4 = '::ffff:';
/** The shape of an IPv4 or IPv6 address: enough to keep names, `unknown` and nonsense out of the log. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*(?::\d{1,3}(?:\.\d{1,3}){3})?)$/i;
const WITH_PORT = /^(?:\[([^\]]*)\]|([^:]*))(?::\w+)?$/;

/**
 * Who sent the request: the peer of the connection or, with `trustsForwarded`, who the nearest proxy says it is.
 *
 * Of a list the *last* address is taken: the one that the proxy in front of us has written. All before it came with the
 * request, and any client can make it up. X-Forwarded-For goes before Forwarded (RFC 7239) because proxies that write
 * but one of the two write the former, and then the latter is the client's own.
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

/** `for=` of the last element. Neither a comma nor a semicolon can stand inside a node name, so quotes need no parsing. */
function forParameter(forwarded: string): string {
  for (const parameter of lastOf(forwarded).split(';')) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() === 'for') return value.trim().replaceAll('"', '');
  }
  return '';
}

/** The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function addressIn(node: string): string | undefined {
  const [, bracketed, bare] = WITH_PORT.exec(node) ?? [];
  const address = bracketed ?? bare ?? node;
  return address.length <= 45 && ADDRESS.test(address) ? plain(address) : undefined;
}
