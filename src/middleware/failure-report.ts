import { inspect } from 'node:util';
import { createStderrLog } from '../log/stderr-log';
import { type OnSubscriberError } from './subscriber';

/** Reports what a subscriber threw. Never throws itself, whatever the value and whatever becomes of `onError`. */
export type FailureReport = (subscriber: string, error: unknown) => void;

/** Reports to `onError`, or with a line on standard error if there is none or if it fails. */
export function createFailureReport(onError: OnSubscriberError | undefined): FailureReport {
  const writeLine = createLineWriter();
  if (onError === undefined) return (subscriber, error) => writeLine('a subscriber failed', subscriber, error);
  return (subscriber, error) => {
    const reportBoth = (failure: unknown): void => {
      writeLine('a subscriber failed', subscriber, error);
      writeLine('onError failed', 'onError', failure);
    };
    try {
      reportRejection(onError(subscriber, error), reportBoth);
    } catch (failure) {
      reportBoth(failure);
    }
  };
}

/**
 * Adopts what a callback returned, as `await` does. A rejection without a handler would end the process; a thenable that is
 * no promise would be lost.
 */
export function reportRejection(returned: unknown, report: (error: unknown) => void): void {
  if (mayBeThenable(returned)) void adopt(returned, report);
}

/** Leaves it to `await` to read `then`, which may throw. Most callbacks return nothing or a number, and cost no promise. */
const mayBeThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

async function adopt(returned: PromiseLike<unknown>, report: (error: unknown) => void): Promise<void> {
  try {
    await returned;
  } catch (error) {
    report(error);
  }
}

type LineWriter = (message: string, subscriber: string, error: unknown) => void;

function createLineWriter(): LineWriter {
  let logger: ReturnType<typeof createStderrLog> | undefined;
  const write: LineWriter = (message, subscriber, error) => {
    logger ??= createStderrLog();
    logger.error({ subscriber, error: isPrintable(error) ? error : inspect(error) }, message);
  };
  return (message, subscriber, error) => {
    try {
      write(message, subscriber, error);
    } catch {
      writeUnreadable(write, message, subscriber);
    }
  };
}

/** JSON has no other values that can be thrown: without `inspect` they would be missing from the line. */
const isPrintable = (error: unknown): boolean => typeof error === 'object' || typeof error === 'string';

/** The getters of an error may throw, and the line then fails. */
function writeUnreadable(write: LineWriter, message: string, subscriber: string): void {
  try {
    write(message, subscriber, 'an error that throws when it is read');
  } catch {
    // Standard error itself cannot be written to (the disk is full, say). Traffic must not end because of that, and there is
    // no further place to report it.
  }
}
