import pino, { type Logger } from 'pino';

const STDERR = 2;

/**
 * Creates a logger for programs that do not pass one of their own. Lines are rare and are written synchronously to
 * standard error.
 */
export function createStderrLog(): Logger {
  return pino({ base: null, messageKey: 'message', errorKey: 'error' }, pino.destination({ dest: STDERR, sync: true }));
}
