import { type Config } from './schema';

/**
 * File descriptors that client connections must not use: the admin port uses up to 144; files, pipes, push and OTLP
 * use a few dozen.
 */
const RESERVED = 256;
/** One file descriptor for the client and one for the target. */
const PER_CONNECTION = 2;
/** The minimum number of connections, whatever the limit of open files is. */
const FEWEST_CONNECTIONS = 16;

/**
 * Lowers the number of connections to fit the limit of open files. The clients of the tunnel then cannot use up the
 * descriptors that the admin port needs to accept a probe. Each of several workers has a limit of its own.
 */
export function withinOpenFiles(config: Config, maxOpenFiles: number): Config {
  const each = Math.max(FEWEST_CONNECTIONS, Math.floor((maxOpenFiles - RESERVED) / PER_CONNECTION));
  const maxConnections = Math.min(config.maxConnections, each * config.workers);
  return maxConnections === config.maxConnections ? config : { ...config, maxConnections };
}
