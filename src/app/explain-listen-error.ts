import { type Config } from '../config/schema';

/**
 * Explains in one or two sentences why the ambassador cannot listen and what to do. The text is for the person who
 * started it. Returns `undefined` for an unrelated error.
 */
export function explainListenError(error: unknown, config: Pick<Config, 'port' | 'adminPort'>): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  const port = 'port' in error ? Number(error.port) : config.port;
  const [variable, host] = port === config.adminPort ? ['ADMIN_PORT', 'ADMIN_HOST'] : ['PORT', 'HOST'];
  switch (error.code) {
    case 'EADDRINUSE':
      return `${variable} ${port} is busy: another process listens there. Stop that process, or set another port.`;
    case 'EACCES':
      return `${variable} ${port} cannot be opened by this user: ports below 1024 need a privilege. Set a higher port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Leave it empty to listen on all addresses.`;
    default:
      return `${variable} ${port} cannot be opened: ${error.message}`;
  }
}
