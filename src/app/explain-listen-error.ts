import { type Config } from '../config/schema';

/**
 * Why the ambassador cannot listen where its configuration says, and what to do, in a sentence or two for the person
 * who started it; `undefined` if the error is about something else.
 */
export function explainListenError(error: unknown, config: Pick<Config, 'port' | 'adminPort'>): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  const port = 'port' in error ? Number(error.port) : config.port;
  const [variable, host] = port === config.adminPort ? ['ADMIN_PORT', 'ADMIN_HOST'] : ['PORT', 'HOST'];
  switch (error.code) {
    case 'EADDRINUSE':
      return `${variable} ${port} is busy: another process listens there. Stop that one, or set another port.`;
    case 'EACCES':
      return `${variable} ${port} may not be opened by this user: ports below 1024 need a privilege. Set a higher one.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Leave it empty to listen on all of them.`;
    default:
      return `${variable} ${port} cannot be opened: ${error.message}`;
  }
}
