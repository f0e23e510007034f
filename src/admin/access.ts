import { type AdminRequest, type AdminRoute, textReply } from './reply';

/** `127.0.0.0/8`, as it is and as a dual-stack socket spells it. */
const LOOPBACK_IPV4 = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?$/i;

export const isLoopbackPeer = (address: string): boolean => address === '::1' || LOOPBACK_IPV4.test(address);

/**
 * Whether a `Host` field names this machine's loopback. A web page whose name was made to resolve to 127.0.0.1 (DNS
 * rebinding) has its own name there.
 */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

/**
 * A route for a person beside the process or at the other end of `oc port-forward`: both have a loopback peer and a loopback
 * Host. Fields that name another client, such as X-Forwarded-For, are never read: anyone can send them.
 */
export function loopbackOnly(route: AdminRoute, port: number): AdminRoute {
  return {
    ...route,
    reply: (request) => (isFromLoopback(request) ? route.reply(request) : refusal(port)),
  };
}

const isFromLoopback = ({ peer, host }: AdminRequest): boolean =>
  isLoopbackPeer(peer) && host !== undefined && isLoopbackHost(host);

const refusal = (port: number): ReturnType<typeof textReply> =>
  textReply(
    403,
    `This shows requests and settings only to loopback: run oc port-forward pod/NAME ${port} and open ` +
      `http://localhost:${port}/, or set ADMIN_LIVE=all to open it to everyone.\n`,
  );
