import { type AdminRequest, type AdminRoute, textReply } from './reply';

/** The addresses of `127.0.0.0/8`, also in the form that a dual-stack socket reports. */
const LOOPBACK_IPV4 = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?$/i;

export const isLoopbackPeer = (address: string): boolean => address === '::1' || LOOPBACK_IPV4.test(address);

/**
 * Whether a `Host` field names the loopback interface of this machine. A web page whose name resolves to 127.0.0.1 by
 * DNS rebinding sends its own name there.
 */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

/**
 * Restricts a route to connections from this host and through `oc port-forward`: both have a loopback peer and a
 * loopback Host. Fields that name another client, such as X-Forwarded-For, are ignored, because any client can send
 * them.
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
    `Requests and settings are shown only to loopback. Run oc port-forward pod/NAME ${port} and open ` +
      `http://localhost:${port}/, or set ADMIN_LIVE=all to open it to everyone.\n`,
  );
