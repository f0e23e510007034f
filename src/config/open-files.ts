import { type Config } from './schema';

/** For everything but client connections: the admin port takes up to 144, files, pipes, push and OTLP some dozens. */
const RESERVED = 256;
/** One for the client and one for the target. */
const PER_CONNECTION = 2;
/** Even the smallest limit leaves so many. */
const FEWEST_CONNECTIONS = 16;

/**
 * The configuration with no more connections than the limit of open files allows, so that the clients of the tunnel cannot
 * take the descriptors by which the admin port accepts a probe. Each of several workers has a limit of its own.
 */
export function withinOpenFiles(config: Config, maxOpenFiles: number): Config {
  const each = Math.max(FEWEST_CONNECTIONS, Math.floor((maxOpenFiles - RESERVED) / PER_CONNECTION));
  const maxConnections = Math.min(config.maxConnections, each * config.workers);
  return maxConnections === config.maxConnections ? config : { ...config, maxConnections };
}
