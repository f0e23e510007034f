/** An option or a manifest that inject cannot process. The message names the fault and the remedy. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** A bug in inject: its output would differ from its input in an unintended place. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** Returns the message of a thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
