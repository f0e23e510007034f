/**
 * What went wrong, in one line. An error of several attempts (a name with two addresses, both refused) has no message of
 * its own, but a code.
 */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
