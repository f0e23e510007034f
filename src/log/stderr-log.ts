import pino, { type Logger } from 'pino';

const STDERR = 2;

/** A logger for programs that have none of their own: rare lines, written at once, where errors belong. */
export function createStderrLog(): Logger {
  return pino({ base: null, messageKey: 'message', errorKey: 'error' }, pino.destination({ dest: STDERR, sync: true }));
}
