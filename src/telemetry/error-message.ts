/**
 * Describes an error in one line. An error of several attempts (a name with two addresses, both refused) has a code
 * instead of a message.
 */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
